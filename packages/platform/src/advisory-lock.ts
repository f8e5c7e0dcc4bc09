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
