import type { Database } from '@practice-exchange/platform';
import { sha256 } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { receiptsChannel } from './announcement-store.ts';

type Db = Database<HubSchema>;

export type StoredReceipt = {
  node: string;
  epoch: number;
  seq: number;
  state: string;
  reason: string | null;
  jws: string;
  certificate: string | null;
};

/**
 * Numbers receipts in the node's own order, keeps them, and announces them when the transaction commits. The member's row is
 * the counter, so numbers have no gaps.
 */
export async function appendReceipts(tx: Db, node: string, receipts: readonly StoredReceipt[]): Promise<void> {
  tx.assertTransaction();
  if (receipts.length === 0) return;
  await tx.db
    .with('counted', (db) =>
      db
        .updateTable('member')
        .set((eb) => ({ last_receipt: eb('last_receipt', '+', receipts.length) }))
        .where('node', '=', node)
        .returning('last_receipt'),
    )
    .with('kept', (db) =>
      db.insertInto('receipt').values((eb) =>
        receipts.map((receipt, index) => ({
          ...receipt,
          position: eb
            .selectFrom('counted')
            .select(sql<number>`last_receipt - ${receipts.length - 1 - index}`.as('position')),
        })),
      ),
    )
    .selectNoFrom(sql`pg_notify(${receiptsChannel}, ${node})`.as('announced'))
    .executeTakeFirstOrThrow();
}

/** Receipts of a node after a position, oldest first. */
export async function receiptsAfter(db: Db, node: string, after: number, limit: number) {
  const rows = await db.db
    .selectFrom('receipt')
    .select(['position', 'jws', 'certificate'])
    .where('node', '=', node)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map(({ certificate, ...receipt }) => (certificate === null ? receipt : { ...receipt, certificate }));
}

/** Whether the receipt at a position of a node's feed is the one with this digest. */
export async function isReceiptAt(db: Db, node: string, position: number, digest: string): Promise<boolean> {
  const row = await db.db
    .selectFrom('receipt')
    .select('jws')
    .where('node', '=', node)
    .where('position', '=', position)
    .executeTakeFirst();
  return row !== undefined && sha256(row.jws) === digest;
}
