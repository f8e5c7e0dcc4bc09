import type { Database } from '@practice-exchange/platform';
import {
  type CompactJws,
  type PublicationItem,
  publicationItemOf,
  type VerifiedReceipt,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

export type Undelivered = { seq: number; item: PublicationItem };

/** The next publications that the hub has not acknowledged, in the order of the log. */
export async function nextUndelivered(db: Db, epoch: number, limit: number): Promise<Undelivered[]> {
  const rows = await db.db
    .selectFrom('publication')
    .select(['seq', 'envelope', 'body', 'salt'])
    .where('epoch', '=', epoch)
    .where('delivered_at', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: row.seq, item: publicationItemOf(row.envelope as CompactJws, row.body, row.salt) }));
}

/** Marks everything before `seq` as delivered, and from `seq` on as not: where the hub says it stands. */
export async function alignDelivery(tx: Db, epoch: number, seq: number): Promise<void> {
  await tx.db
    .updateTable('publication')
    .set({ delivered_at: sql<Date>`now()` })
    .where('epoch', '=', epoch)
    .where('seq', '<', seq)
    .where('delivered_at', 'is', null)
    .execute();
  await tx.db
    .updateTable('publication')
    .set({ delivered_at: null })
    .where('epoch', '=', epoch)
    .where('seq', '>=', seq)
    .where('delivered_at', 'is not', null)
    .execute();
}

/** The position after which receipts are still to be fetched. */
export async function lastReceiptPosition(db: Db): Promise<number> {
  const row = await db.db
    .selectFrom('receipt')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirst();
  return row?.position ?? 0;
}

export async function saveReceipts(
  tx: Db,
  receipts: readonly { position: number; receipt: VerifiedReceipt }[],
): Promise<void> {
  if (receipts.length === 0) return;
  await tx.db
    .insertInto('receipt')
    .values(
      receipts.map(({ position, receipt: { jws, receipt } }) => ({
        position,
        epoch: receipt.epoch,
        seq: receipt.seq,
        state: receipt.state,
        reason: receipt.reason,
        jws,
      })),
    )
    .onConflict((conflict) => conflict.column('position').doNothing())
    .execute();
}

/**
 * Whether some delivered publication still waits for a receipt that says how it ended. One that a later publication on the
 * same record has overtaken may end at `accepted`.
 */
export async function awaitsReceipts(db: Db, epoch: number): Promise<boolean> {
  const row = await db.db
    .selectFrom('publication as p')
    .select('p.seq')
    .where('p.epoch', '=', epoch)
    .where('p.delivered_at', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('receipt as r')
            .select('r.position')
            .whereRef('r.epoch', '=', 'p.epoch')
            .whereRef('r.seq', '=', 'p.seq')
            .where((eb) =>
              eb.or([
                eb('r.state', 'in', ['indexed', 'purged', 'rejected', 'quarantined']),
                eb.and([
                  eb('r.state', '=', 'accepted'),
                  eb.or([
                    eb('p.op', 'in', ['return', 'statement', 'rotate-key', 'heartbeat']),
                    exists(
                      selectFrom('publication as later')
                        .select('later.seq')
                        .whereRef('later.record', '=', 'p.record')
                        .whereRef('later.epoch', '=', 'p.epoch')
                        .whereRef('later.seq', '>', 'p.seq')
                        .where('later.delivered_at', 'is not', null),
                    ),
                  ]),
                ]),
              ]),
            ),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
