import type { Database } from '@practice-exchange/platform';
import type { CompactJws } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** Destroys what is kept of a record for sending it: with its salt, so that the commitment proves nothing to anyone. */
export async function destroyBodies(tx: Db, record: string): Promise<void> {
  tx.assertTransaction();
  await tx.db
    .updateTable('publication')
    .set({ body: null, salt: null })
    .where('record', '=', record)
    .where('body', 'is not', null)
    .execute();
}

export async function insertWithdrawal(
  tx: Db,
  {
    askedBy,
    ...withdrawal
  }: {
    review: string;
    record: string;
    kind: 'withdrawn' | 'removed';
    reason: string;
    askedBy: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('withdrawal')
    .values({ ...withdrawal, asked_by: askedBy, sent_ahead_at: null })
    .execute();
}

/** Withdrawals that wait in the outbox and that the hub has not answered. */
export async function unansweredWithdrawals(
  db: Db,
  epoch: number,
): Promise<{ record: string; envelope: CompactJws }[]> {
  const rows = await db.db
    .selectFrom('publication as p')
    .select(['p.record', 'p.envelope'])
    .where('p.epoch', '=', epoch)
    .where('p.op', '=', 'withdraw')
    .where('p.delivered_at', 'is', null)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('receipt as r')
            .select('r.position')
            .whereRef('r.epoch', '=', 'p.epoch')
            .whereRef('r.seq', '=', 'p.seq'),
        ),
      ),
    )
    .orderBy('p.seq')
    .execute();
  return rows.map((row) => ({ record: row.record ?? '', envelope: row.envelope as CompactJws }));
}

export async function markSentAhead(db: Db, record: string): Promise<void> {
  await db.db
    .updateTable('withdrawal')
    .set({ sent_ahead_at: sql<Date>`now()` })
    .where('record', '=', record)
    .where('sent_ahead_at', 'is', null)
    .execute();
}

/**
 * The withdrawal of a review: its newest place in the log, who asked for it, and every receipt that answered it, oldest
 * first. Who asked is unknown where a backup had not come to it yet.
 */
export async function findWithdrawal(db: Db, record: string) {
  const withdrawal = await db.db
    .selectFrom('publication as p')
    .leftJoin('withdrawal as w', 'w.record', 'p.record')
    .leftJoin('person as asked', 'asked.id', 'w.asked_by')
    .select([
      'p.epoch',
      'p.seq',
      'p.created_at',
      'p.delivered_at',
      'w.reason',
      'w.sent_ahead_at',
      'asked.name as asked_by',
    ])
    .where('p.record', '=', record)
    .where('p.op', '=', 'withdraw')
    .orderBy('p.epoch', 'desc')
    .orderBy('p.seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!withdrawal) return undefined;
  const receipts = await db.db
    .selectFrom('receipt')
    .select(['state', 'reason', 'jws', 'certificate', 'received_at'])
    .where('epoch', '=', withdrawal.epoch)
    .where('seq', '=', withdrawal.seq)
    .orderBy('position')
    .execute();
  return { ...withdrawal, receipts };
}

export type FoundWithdrawal = NonNullable<Awaited<ReturnType<typeof findWithdrawal>>>;

/** How far the tombstone feed has been followed, and how far the hub was told so. */
export async function feedPosition(db: Db): Promise<{ position: number; confirmed: number }> {
  const row = await db.db
    .selectFrom('sync_state')
    .select(['tombstone_position as position', 'tombstone_confirmed as confirmed'])
    .executeTakeFirstOrThrow();
  return row;
}

export async function moveFeed(tx: Db, position: number): Promise<void> {
  await tx.db.updateTable('sync_state').set({ tombstone_position: position }).execute();
}

export async function markConfirmed(db: Db, confirmed: number): Promise<void> {
  await db.db.updateTable('sync_state').set({ tombstone_confirmed: confirmed }).execute();
}
