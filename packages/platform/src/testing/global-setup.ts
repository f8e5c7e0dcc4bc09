import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { newId } from '../identifiers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test databases are made, and the mark by which this run's are told from another's. */
    practiceExchangePostgres: { adminUrl: string; run: string };
  }
}

/**
 * Vitest's `globalSetup`: one PostgreSQL for the whole run, the server at `DATABASE_URL` or an embedded one that is
 * thrown away afterwards. `testDatabase` makes databases in it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = newId().slice(-12);
  const given = process.env.DATABASE_URL;
  if (given) {
    project.provide('practiceExchangePostgres', { adminUrl: given, run });
    return () => dropDatabasesOf(given, run);
  }
  const directory = await mkdtemp(join(tmpdir(), 'practice-exchange-test-'));
  const server = await startEmbeddedPostgres({ directory, durable: false });
  project.provide('practiceExchangePostgres', { adminUrl: server.url('postgres'), run });
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function dropDatabasesOf(adminUrl: string, run: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [`test_${run}_`],
    );
    for (const { datname } of rows) {
      await client.query(`drop database if exists ${client.escapeIdentifier(datname)} with (force)`);
    }
  } finally {
    await client.end();
  }
}
