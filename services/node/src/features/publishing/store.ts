import type { Database } from '@practice-exchange/platform';
import { type Audience, type ChainHead, isSynthetic, type SealedPublication } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { envelopeIn } from '../resyncing/store.ts';

type Db = Database<NodeSchema>;

/** The newest entry of the log in an epoch; undefined when there is none. */
export async function headOfLog(tx: Db, node: string, epoch: number): Promise<ChainHead | undefined> {
  const row = await tx.db
    .selectFrom('publication')
    .select(['seq', 'hash'])
    .where('epoch', '=', epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { node, epoch, seq: row.seq, hash: row.hash };
}

/** Which edition a publication shares, and who published it. */
export type PublishedEdition = { review: string; edition: number; contentHash: string; publisher: string };

export async function appendPublication(
  tx: Db,
  sealed: SealedPublication,
  source: PublishedEdition | null,
): Promise<void> {
  const { envelope } = sealed;
  await tx.db
    .insertInto('publication')
    .values({
      epoch: envelope.epoch,
      seq: envelope.seq,
      op: envelope.op,
      record: envelope.record,
      revision: envelope.revision,
      hash: sealed.hash,
      prev: envelope.prev,
      envelope: sealed.jws,
      body: sealed.body === null ? null : Buffer.from(sealed.body),
      salt: sealed.salt === null ? null : Buffer.from(sealed.salt),
      review: source?.review ?? null,
      edition: source?.edition ?? null,
      content_hash: source?.contentHash ?? null,
      publisher: source?.publisher ?? null,
      synthetic: isSynthetic(envelope),
      delivered_at: null,
    })
    .execute();
}

export async function markPublished(
  tx: Db,
  id: string,
  published: { edition: number; revision: number; audience: Audience },
): Promise<void> {
  await tx.db
    .updateTable('case_review')
    .set({
      state: 'published',
      published_edition: published.edition,
      published_revision: published.revision,
      published_audience: JSON.stringify(published.audience),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

/** The newest revision of a statement or return in the log. */
export async function newestRevision(tx: Db, record: string): Promise<number> {
  const row = await tx.db
    .selectFrom('publication')
    .select((eb) => eb.fn.max('revision').as('revision'))
    .where('record', '=', record)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

/**
 * What the hub counts a record's next revision from, as far as its receipts have come: publications that it rejected on
 * arrival never counted, except those whose body was destroyed; one that a person refused counts, with no say in the
 * audience. Null when nothing of it counts, so that the record is still to be published.
 */
export async function knownToHub(
  tx: Db,
  record: string,
): Promise<{ revision: number; audience: Audience | null } | null> {
  const rows = await tx.db
    .selectFrom('publication as p')
    .select(['p.revision', 'p.envelope'])
    .select((eb) =>
      eb
        .selectFrom('receipt as r')
        .select('r.reason')
        .whereRef('r.epoch', '=', 'p.epoch')
        .whereRef('r.seq', '=', 'p.seq')
        .where('r.state', '=', 'rejected')
        .limit(1)
        .as('rejected'),
    )
    .select((eb) =>
      eb
        .selectFrom('receipt as r')
        .select((of) => of.fn.countAll<number>().as('count'))
        .whereRef('r.epoch', '=', 'p.epoch')
        .whereRef('r.seq', '=', 'p.seq')
        .where((of) => of.or([of('r.state', '<>', 'rejected'), of('r.reason', '=', 'body-removed')]))
        .as('counted'),
    )
    .where('p.record', '=', record)
    .orderBy('p.epoch', 'desc')
    .orderBy('p.seq', 'desc')
    .execute();
  const counting = rows.filter((row) => row.rejected === null || Number(row.counted) > 0);
  const [newest] = counting;
  if (!newest) return null;
  const audiences = counting
    .filter((row) => row.rejected === null)
    .map((row) => envelopeIn(row.envelope).audience)
    .filter((audience) => audience !== null);
  return { revision: newest.revision ?? 1, audience: audiences[0] ?? null };
}

/** Publications, newest first, each with the newest receipt that answered it, if any has come. */
export function withLatestReceipt(db: Db) {
  return db.db
    .selectFrom('publication as p')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('receipt as r')
          .select(['r.state', 'r.reason', 'r.jws', 'r.received_at'])
          .whereRef('r.epoch', '=', 'p.epoch')
          .whereRef('r.seq', '=', 'p.seq')
          .orderBy('r.position', 'desc')
          .limit(1)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .select(['p.epoch', 'p.seq', 'p.op', 'p.synthetic', 'p.created_at', 'p.delivered_at'])
    .select(['latest.state', 'latest.reason', 'latest.jws', 'latest.received_at'])
    .orderBy('p.epoch', 'desc')
    .orderBy('p.seq', 'desc');
}

/** What became of each publication of a review, newest first: its newest receipt, if any has come. */
export async function publicationsOf(db: Db, record: string) {
  return withLatestReceipt(db).select(['p.revision', 'p.edition']).where('p.record', '=', record).execute();
}
