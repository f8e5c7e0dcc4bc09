import type { Database } from '@practice-exchange/platform';
import type { Audience, CompactJws } from '@practice-exchange/protocol';
import { type SqlBool, sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { withLatestReceipt } from '../publishing/store.ts';
import { envelopeIn } from '../resyncing/store.ts';

type Db = Database<NodeSchema>;

/** Remembers that a `rescope` of the log excludes somebody; `askedBy` is unknown where it was written again after a restore. */
export async function insertNarrowing(tx: Db, hash: string, askedBy: string | null): Promise<void> {
  await tx.db
    .insertInto('narrowing')
    .values({ hash, asked_by: askedBy, tried_at: null, hidden_at: null, purged_at: null, certificate: null })
    .execute();
}

/**
 * Narrowings that wait in the outbox and that the hub has not taken ahead, in the order of the log. One that it refused is
 * tried again after a while: what stood in its way may have been decided.
 */
export async function unsentNarrowings(db: Db): Promise<{ hash: string; envelope: CompactJws }[]> {
  const rows = await db.db
    .selectFrom('narrowing as n')
    .innerJoin('publication as p', 'p.hash', 'n.hash')
    .select(['n.hash', 'p.envelope'])
    .where('p.delivered_at', 'is', null)
    .where('n.hidden_at', 'is', null)
    .where(sql<SqlBool>`(n.tried_at is null or n.tried_at < now() - interval '10 minutes')`)
    .orderBy('p.epoch')
    .orderBy('p.seq')
    .execute();
  return rows.map(({ hash, envelope }) => ({ hash, envelope: envelope as CompactJws }));
}

export async function markTried(db: Db, hash: string, hiddenAt: string | null): Promise<void> {
  await db.db
    .updateTable('narrowing')
    .set({ tried_at: sql<Date>`now()`, hidden_at: hiddenAt === null ? null : new Date(hiddenAt) })
    .where('hash', '=', hash)
    .execute();
}

/** The hub stands where these narrowings have not come to it, or in an epoch that takes them now: they are sent again. */
export async function sendAgain(tx: Db): Promise<void> {
  await tx.db
    .updateTable('narrowing')
    .set({ tried_at: null, hidden_at: null })
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('publication as p')
          .select('p.hash')
          .whereRef('p.hash', '=', 'narrowing.hash')
          .where('p.delivered_at', 'is', null),
      ),
    )
    .execute();
}

/** Narrowings, newest first, each with the newest receipt that answered it, if any has come. */
function narrowings(db: Db) {
  return withLatestReceipt(db)
    .innerJoin('narrowing as n', 'n.hash', 'p.hash')
    .leftJoin('person as asked', 'asked.id', 'n.asked_by')
    .select([
      'n.hash',
      'n.hidden_at',
      'n.purged_at',
      'n.certificate',
      'p.record',
      'p.envelope',
      'asked.name as asked_by',
    ]);
}

/** The newest narrowing of each record that the hub has and this node has no proof of. */
export async function unprovedNarrowings(db: Db): Promise<{ hash: string; record: string; envelope: string }[]> {
  const rows = await db.db
    .selectFrom(
      narrowings(db)
        .clearOrderBy()
        .distinctOn('p.record')
        .orderBy('p.record')
        .orderBy('p.epoch', 'desc')
        .orderBy('p.seq', 'desc')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('publication as w')
                .select('w.seq')
                .whereRef('w.record', '=', 'p.record')
                .where('w.op', '=', 'withdraw'),
            ),
          ),
        )
        .as('newest'),
    )
    .select(['newest.hash', 'newest.record', 'newest.envelope'])
    .where('newest.certificate', 'is', null)
    .where((eb) => eb.or([eb('newest.state', 'is', null), eb('newest.state', '<>', 'rejected')]))
    .where((eb) => eb.or([eb('newest.hidden_at', 'is not', null), eb('newest.delivered_at', 'is not', null)]))
    .execute();
  return rows.map(({ record, ...row }) => ({ ...row, record: record ?? '' }));
}

export async function keepProof(
  db: Db,
  hash: string,
  proof: { hiddenAt: string; purgedAt: string; certificate: CompactJws },
): Promise<void> {
  await db.db
    .updateTable('narrowing')
    .set({
      hidden_at: new Date(proof.hiddenAt),
      purged_at: new Date(proof.purgedAt),
      certificate: proof.certificate,
    })
    .where('hash', '=', hash)
    .execute();
}

/** The newest narrowing of a record, and for whom it is since. */
export async function newestNarrowing(db: Db, record: string) {
  const row = await narrowings(db).where('p.record', '=', record).limit(1).executeTakeFirst();
  return row && { ...row, audience: audienceGiven(row.envelope) };
}

export type FoundNarrowing = NonNullable<Awaited<ReturnType<typeof newestNarrowing>>>;

/** The audience that a `rescope` of this log gives. */
export function audienceGiven(envelope: string): Audience {
  const { audience } = envelopeIn(envelope);
  if (!audience) throw new Error('a rescope gives an audience');
  return audience;
}
