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
    epoch: number;
    seq: number;
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

/** Withdrawals that the hub has not answered and that others stand before in the outbox. */
export async function withdrawalsBehindOthers(
  db: Db,
  epoch: number,
): Promise<{ epoch: number; seq: number; envelope: CompactJws }[]> {
  const rows = await db.db
    .selectFrom('publication as p')
    .select(['p.epoch', 'p.seq', 'p.envelope'])
    .where('p.epoch', '=', epoch)
    .where('p.op', '=', 'withdraw')
    .where('p.delivered_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('publication as before')
          .select('before.seq')
          .whereRef('before.epoch', '=', 'p.epoch')
          .whereRef('before.seq', '<', 'p.seq')
          .where('before.delivered_at', 'is', null),
      ),
    )
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
  return rows.map((row) => ({ ...row, envelope: row.envelope as CompactJws }));
}

export async function markSentAhead(db: Db, epoch: number, seq: number): Promise<void> {
  await db.db
    .updateTable('withdrawal')
    .set({ sent_ahead_at: sql<Date>`now()` })
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .where('sent_ahead_at', 'is', null)
    .execute();
}

/** The withdrawal of a review with who asked for it and every receipt that answered it, oldest first. */
export async function findWithdrawal(db: Db, review: string) {
  const withdrawal = await db.db
    .selectFrom('withdrawal as w')
    .innerJoin('publication as p', (join) => join.onRef('p.epoch', '=', 'w.epoch').onRef('p.seq', '=', 'w.seq'))
    .innerJoin('person as asked', 'asked.id', 'w.asked_by')
    .select([
      'w.record',
      'w.epoch',
      'w.seq',
      'w.kind',
      'w.reason',
      'w.asked_at',
      'w.sent_ahead_at',
      'p.delivered_at',
      'asked.name as asked_by',
    ])
    .where('w.review', '=', review)
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
