import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { errorCode } from './errors.ts';
import type { Logger } from './logger.ts';
import { type Migrations, migrateToLatest } from './migrations.ts';
import { postgresTypes } from './postgres-types.ts';
import { PreparingClient } from './preparing-client.ts';

export type DatabaseOptions = {
  /** `postgres://user:password@host:port/database` */
  url: string;
  migrations: Migrations;
  /** Connections kept at most; 10 unless told. */
  poolSize?: number;
  /** Shown by PostgreSQL in `pg_stat_activity`. */
  applicationName?: string;
  log?: Logger;
};

export type TransactionOptions = { isolation?: 'read committed' | 'repeatable read' | 'serializable' };

type Shared = { pool: pg.Pool; migrations: Migrations; log: Logger | undefined };

/**
 * A PostgreSQL database, or one transaction of it. Functions that must run inside a transaction take a `Database` and
 * call {@link assertTransaction}, so that a forgotten transaction fails at once instead of losing half a change.
 */
export class Database<Schema> {
  /** Builds and runs queries; inside a transaction, the transaction's own. */
  readonly db: Kysely<Schema>;
  readonly #shared: Shared;
  readonly #effects: (() => void)[] = [];
  #ended = false;

  private constructor(db: Kysely<Schema>, shared: Shared) {
    this.db = db;
    this.#shared = shared;
  }

  /**
   * Opens a pool; connects at the first query. `bigint` is read as a number (refused beyond 2^53 - 1), `timestamptz` as
   * a `Date`, `date` as `YYYY-MM-DD`, `numeric` as a string, `jsonb` as the value it holds.
   */
  static connect<Schema>(options: DatabaseOptions): Database<Schema> {
    const { url, migrations, poolSize = 10, applicationName = 'practice-exchange', log } = options;
    const pool = new pg.Pool({
      Client: PreparingClient,
      connectionString: url,
      max: poolSize,
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      types: postgresTypes,
    });
    // Without listeners, a connection that the server closes between two queries would end the process. In a transaction,
    // the next query fails by it.
    const lost = (error: Error) => log?.warn({ code: errorCode(error) }, 'a database connection was lost');
    pool.on('connect', (client) => client.on('error', lost));
    pool.on('error', () => undefined);
    const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    return new Database(db, { pool, migrations, log });
  }

  get isTransaction(): boolean {
    return this.db.isTransaction;
  }

  /**
   * Runs `run` in a transaction: commits when it resolves, rolls back when it throws and rethrows the same error.
   * Refuses to nest. A query on the handle after the transaction ended throws.
   */
  async transaction<T>(run: (tx: Database<Schema>) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    this.assertNoTransaction();
    // A controlled transaction queues its commit and rollback behind the queries already issued: with the other kind, a
    // query that a failed Promise.all left waiting could reach the connection after the rollback, outside any transaction.
    const builder = this.db.startTransaction();
    const transaction = await (options.isolation ? builder.setIsolationLevel(options.isolation) : builder).execute();
    const tx = new Database<Schema>(transaction, this.#shared);
    let result: T;
    try {
      result = await run(tx);
      await transaction.commit().execute();
    } catch (error) {
      tx.#ended = true;
      await transaction
        .rollback()
        .execute()
        .catch((failure) =>
          this.#shared.log?.warn({ code: errorCode(failure) }, 'a rollback did not reach the database'),
        );
      throw error;
    }
    tx.#ended = true;
    tx.#runEffects();
    return result;
  }

  /** Throws unless this is a transaction's handle. */
  assertTransaction(): void {
    if (!this.isTransaction) throw new Error('This must run inside a transaction.');
  }

  /** Throws if this is a transaction's handle. */
  assertNoTransaction(): void {
    if (this.isTransaction) throw new Error('This must not run inside a transaction.');
  }

  /**
   * Runs `effect` once the transaction has committed; never after a rollback. For wake-ups only: what must not be lost
   * belongs in the transaction. An effect that throws is logged and does not stop the others, as the commit stands.
   */
  onCommit(effect: () => void): void {
    this.assertTransaction();
    if (this.#ended) throw new Error('The transaction has already ended.');
    this.#effects.push(effect);
  }

  #runEffects(): void {
    for (const effect of this.#effects) {
      try {
        effect();
      } catch (error) {
        this.#shared.log?.error({ code: errorCode(error) }, 'an effect after a commit failed');
      }
    }
  }

  /** Applies every migration not yet applied, in order. Several processes may call it at once: one works, the rest wait. */
  async migrate(): Promise<void> {
    this.assertNoTransaction();
    await migrateToLatest(this.db, this.#shared.migrations, this.#shared.log);
  }

  /** Resolves when the database answers; rejects with the driver's error when it does not. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.db);
  }

  /** Waits for the connections in use and closes the pool. Safe to call twice. */
  async close(): Promise<void> {
    this.assertNoTransaction();
    if (this.#shared.pool.ending) return;
    await this.db.destroy();
    // A handle that never ran a query has not handed its pool to Kysely yet.
    if (!this.#shared.pool.ending) await this.#shared.pool.end();
  }
}
