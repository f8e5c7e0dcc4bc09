import type { Database } from '@practice-exchange/platform';
import { sha256, type VerifiedReceipt } from '@practice-exchange/protocol';
import { type SqlBool, sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/**
 * Marks everything before a place as delivered, and from there on as not: where the hub says it stands. Gives whether the hub
 * has gone back behind what it had.
 */
export async function alignDelivery(tx: Db, epoch: number, seq: number): Promise<boolean> {
  await tx.db
    .updateTable('publication')
    .set({ delivered_at: sql<Date>`now()` })
    .where(sql<SqlBool>`(epoch, seq) < (${epoch}, ${seq})`)
    .where('delivered_at', 'is', null)
    .execute();
  const lost = await tx.db
    .updateTable('publication')
    .set({ delivered_at: null })
    .where(sql<SqlBool>`(epoch, seq) >= (${epoch}, ${seq})`)
    .where('delivered_at', 'is not', null)
    .executeTakeFirst();
  return lost.numUpdatedRows > 0n;
}

/** How many publications the hub has not acknowledged. */
export async function countUndelivered(db: Db): Promise<number> {
  const { waiting } = await db.db
    .selectFrom('publication')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('delivered_at', 'is', null)
    .executeTakeFirstOrThrow();
  return waiting;
}

/** How far the hub's receipts have been read: its position, and the digest of the receipt there. */
export type ReceiptsRead = { position: number; last: string | null };

export async function receiptsRead(db: Db): Promise<ReceiptsRead> {
  return db.db
    .selectFrom('hub_standing')
    .select(['receipts_position as position', 'receipts_last as last'])
    .executeTakeFirstOrThrow();
}

/** Begins to read receipts from the start, unless another process has read on meanwhile. */
export async function readReceiptsAnew(tx: Db, after: ReceiptsRead): Promise<void> {
  if (await isReadUpTo(tx, after)) await moveOn(tx, { position: 0, last: null });
}

/**
 * Keeps receipts in the order in which they came, and remembers how far they are read. Nothing is kept when another process
 * has read on meanwhile. A receipt that is here already is not kept twice.
 */
export async function saveReceipts(
  tx: Db,
  after: ReceiptsRead,
  receipts: readonly { position: number; receipt: VerifiedReceipt; certificate: string | null }[],
): Promise<void> {
  const last = receipts.at(-1);
  if (!last || !(await isReadUpTo(tx, after))) return;
  const { newest } = await tx.db
    .selectFrom('receipt')
    .select((eb) => eb.fn.coalesce(eb.fn.max('position'), eb.val(0)).as('newest'))
    .executeTakeFirstOrThrow();
  await tx.db
    .insertInto('receipt')
    .values(
      receipts.map(({ receipt: { jws, receipt }, certificate }, index) => ({
        position: newest + index + 1,
        epoch: receipt.epoch,
        seq: receipt.seq,
        state: receipt.state,
        reason: receipt.reason,
        jws,
        certificate,
      })),
    )
    .onConflict((conflict) => conflict.expression(sql`md5(jws)`).doNothing())
    .execute();
  await moveOn(tx, { position: last.position, last: sha256(last.receipt.jws) });
}

async function isReadUpTo(tx: Db, after: ReceiptsRead): Promise<boolean> {
  tx.assertTransaction();
  const row = await tx.db.selectFrom('hub_standing').select('receipts_position').forUpdate().executeTakeFirstOrThrow();
  return row.receipts_position === after.position;
}

async function moveOn(tx: Db, { position, last }: ReceiptsRead): Promise<void> {
  await tx.db.updateTable('hub_standing').set({ receipts_position: position, receipts_last: last }).execute();
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
    // A withdrawal may be answered ahead of its delivery.
    .where((eb) => eb.or([eb('p.delivered_at', 'is not', null), eb('p.op', '=', 'withdraw')]))
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
                    // A synthetic record is never indexed.
                    eb('p.synthetic', '=', true),
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
