import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@practice-exchange/platform';
import pg from 'pg';

/** PostgreSQL at one address through every crash. */
export type CrashingPostgres = {
  /** The address of a database, through the gate that stays while the server behind it comes and goes. */
  url(database: string): string;
  /** Runs statements as the superuser in one database. */
  query<Row extends pg.QueryResultRow>(database: string, text: string, values?: unknown[]): Promise<Row[]>;
  createDatabase(name: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Makes `target` what `source` is now, ending every connection to either. */
  copyDatabase(target: string, source: string): Promise<void>;
  /** SIGKILL to the server, then a start that recovers from its log of changes, as after a crash. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts an embedded server in the directory. A commit that was answered must survive `crash`: it is written before it is
 * answered, as in production. Only the flush to the disk is spared, which a machine's power cut needs and a killed server
 * does not. Services connect through a gate on one port, because every start of the server is on another.
 */
export async function startCrashingPostgres(directory: string): Promise<CrashingPostgres> {
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ directory, durable: true });
  const sockets = new Set<Socket>();
  const gate = createServer((near) => {
    const { port } = new URL(server.url('postgres'));
    const far = connect(Number(port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.setNoDelay(true);
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const gatePort = (gate.address() as AddressInfo).port;

  async function query<Row extends pg.QueryResultRow>(database: string, text: string, values: unknown[] = []) {
    const client = new pg.Client({ connectionString: server.url(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  await query('postgres', 'alter system set fsync = off');
  await query('postgres', 'select pg_reload_conf()');

  return {
    url(database) {
      const url = new URL(server.url(database));
      url.port = String(gatePort);
      return url.href;
    },
    query,
    async createDatabase(name) {
      await query('postgres', `create database ${name}`);
    },
    async dropDatabase(name) {
      await query('postgres', `drop database if exists ${name} with (force)`);
    },
    async copyDatabase(target, source) {
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
      const pid = Number((await readFile(join(directory, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await server.stop();
      server = await startEmbeddedPostgres({ directory, durable: true });
    },
    async stop() {
      gate.close();
      for (const socket of sockets) socket.destroy();
      await server.stop();
    },
  };
}
