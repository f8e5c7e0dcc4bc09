import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@practice-exchange/platform';
import pg from 'pg';

/** PostgreSQL at one address through every crash. */
export type CrashingPostgres = {
  /** The address of a database, before and after a crash. */
  url(database: string): string;
  /** Runs a statement as the superuser in one database. */
  query<Row extends pg.QueryResultRow>(database: string, text: string, values?: unknown[]): Promise<Row[]>;
  createDatabase(name: string): Promise<void>;
  /** Makes `target` what `source` is now, ending every connection to either. */
  copyDatabase(target: string, source: string): Promise<void>;
  /** SIGKILL to the server, then a start that recovers from its log of changes, as after a crash. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts an embedded server in the directory. A commit that was answered must survive `crash`: it is written before it is
 * answered, as in production. Only the flush to the disk is spared, which a machine's power cut needs and a killed server
 * does not.
 */
export async function startCrashingPostgres(directory: string): Promise<CrashingPostgres> {
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ directory, durable: true });
  const port = Number(new URL(server.url('postgres')).port);
  // Kept between questions: a run asks some hundred.
  const pools = new Map<string, pg.Pool>();

  async function query<Row extends pg.QueryResultRow>(database: string, text: string, values: unknown[] = []) {
    const pool = pools.get(database) ?? new pg.Pool({ connectionString: server.url(database) });
    if (!pools.has(database)) pool.on('error', () => undefined);
    pools.set(database, pool);
    return (await pool.query<Row>(text, values)).rows;
  }

  async function disconnect(...databases: readonly string[]): Promise<void> {
    const ended = databases.map((database) => pools.get(database));
    for (const database of databases) pools.delete(database);
    await Promise.all(ended.map((pool) => pool?.end()));
  }

  await query('postgres', 'alter system set fsync = off');
  await query('postgres', 'select pg_reload_conf()');

  return {
    url: (database) => server.url(database),
    query,
    async createDatabase(name) {
      await query('postgres', `create database ${name}`);
    },
    async copyDatabase(target, source) {
      await disconnect(target, source);
      await query('postgres', `drop database if exists ${target} with (force)`);
      for (let attempt = 1; ; attempt += 1) {
        await query('postgres', 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [source]);
        try {
          await query('postgres', `create database ${target} template ${source} strategy file_copy`);
          return;
        } catch (error) {
          // Those who were told to go take a moment.
          if (attempt === 40) throw error;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      }
    },
    async crash() {
      await disconnect(...pools.keys());
      const pid = Number((await readFile(join(directory, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await server.stop();
      server = await startEmbeddedPostgres({ directory, durable: true, port });
    },
    async stop() {
      await disconnect(...pools.keys());
      await server.stop();
    },
  };
}
