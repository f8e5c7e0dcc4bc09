import './global-setup.ts';
import pg from 'pg';
import { inject } from 'vitest';
import { Database } from '../database.ts';
import { newId, sha256 } from '../identifiers.ts';
import type { Migrations } from '../migrations.ts';

export type TestDatabase<Schema> = {
  database: Database<Schema>;
  url: string;
  /** Closes `database`, ends every other connection and removes it. */
  drop(): Promise<void>;
};

/**
 * A database of its own for a test file, already migrated. The migrations run once for each `template` name and content;
 * every further call copies the result. Needs `@practice-exchange/platform/testing/global-setup` as Vitest's `globalSetup`.
 */
export async function testDatabase<Schema>(options: {
  template: string;
  migrations: Migrations;
}): Promise<TestDatabase<Schema>> {
  const { adminUrl, run } = postgresOfThisRun();
  const { migrations } = options;
  const template = templateName(options.template, migrations);
  const name = `test_${run}_${newId().replaceAll('-', '')}`;
  await asAdmin(adminUrl, async (admin) => {
    await makeTemplate(admin, adminUrl, template, migrations);
    await admin.query(`create database ${admin.escapeIdentifier(name)} template ${admin.escapeIdentifier(template)}`);
  });
  const url = urlOf(adminUrl, name);
  const database = Database.connect<Schema>({ url, migrations, poolSize: 5, applicationName: name });
  return {
    database,
    url,
    async drop() {
      await database.close();
      await asAdmin(adminUrl, async (admin) => {
        await admin.query(`drop database if exists ${admin.escapeIdentifier(name)} with (force)`);
      });
    },
  };
}

function postgresOfThisRun(): { adminUrl: string; run: string } {
  const provided: { adminUrl: string; run: string } | undefined = inject('practiceExchangePostgres');
  if (!provided) {
    throw new Error("Test databases need packages/platform/src/testing/global-setup.ts as Vitest's globalSetup.");
  }
  return provided;
}

/** At most 63 bytes, PostgreSQL's limit for a name. */
function templateName(name: string, migrations: Migrations): string {
  const content = Object.entries(migrations).map(([key, { up }]) => [key, up.toString()]);
  return `template_${name.slice(0, 30)}_${sha256(JSON.stringify(content)).slice(0, 16)}`;
}

async function makeTemplate(
  admin: pg.Client,
  adminUrl: string,
  template: string,
  migrations: Migrations,
): Promise<void> {
  const exists = async () =>
    (await admin.query('select from pg_database where datname = $1', [template])).rowCount === 1;
  if (await exists()) return;
  await admin.query('select pg_advisory_lock(hashtextextended($1, 0))', [template]);
  if (await exists()) return;
  // Under another name until it is whole: a run that is broken off leaves no half-migrated template.
  const unfinished = `unfinished_${newId().replaceAll('-', '')}`;
  await admin.query(`create database ${admin.escapeIdentifier(unfinished)}`);
  const database = Database.connect({ url: urlOf(adminUrl, unfinished), migrations, poolSize: 1 });
  try {
    await database.migrate();
    await database.close();
    await admin.query(
      `alter database ${admin.escapeIdentifier(unfinished)} rename to ${admin.escapeIdentifier(template)}`,
    );
  } catch (error) {
    await database.close();
    await admin.query(`drop database if exists ${admin.escapeIdentifier(unfinished)} with (force)`);
    throw error;
  }
}

async function asAdmin(adminUrl: string, act: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  // Ending the session gives back the advisory lock.
  await act(admin).finally(() => admin.end());
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
