import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Waits for the lock called `name` and holds it until the transaction ends: whoever takes it next sees everything that
 * this transaction committed. The name is hashed to 64 bits by PostgreSQL (`hashtextextended`).
 */
export async function advisoryLock<Schema>(tx: Database<Schema>, name: string): Promise<void> {
  tx.assertTransaction();
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx.db);
}

/**
 * Runs `run` while this process alone holds the lock called `name`, on a connection of its own and outside any transaction,
 * so that a lock may be held over calls to other services. Gives what `run` gives. When the connection is lost the lock is
 * free, as it is when the process ends: what `run` does must bear being done again.
 */
export async function whileLocked<Schema, T>(
  database: Database<Schema>,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  database.assertNoTransaction();
  return database.db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(hashtextextended(${name}, 1))`.execute(connection);
    try {
      return await run();
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${name}, 1))`.execute(connection);
    }
  });
}
