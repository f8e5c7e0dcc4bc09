import type { Database } from '@practice-exchange/platform';
import { type Audience, type Envelope, type Holding, isSynthetic } from '@practice-exchange/protocol';
import { type SqlBool, sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import type { ReviewState } from '../reviews/case-review.ts';

type Db = Database<NodeSchema>;

/** A publication that the hub holds and this log had lost. */
export type Recovered = {
  envelope: Envelope;
  hash: string;
  jws: string;
  body: Uint8Array | null;
  salt: Uint8Array | null;
};

/** A publication that was written for a place that was taken. */
export type SetAside = {
  hash: string;
  epoch: number;
  seq: number;
  op: string;
  record: string | null;
  envelope: string;
  body: Buffer | null;
  review: string | null;
};

/** The last place of an epoch that the hub is known to have taken. */
export async function lastDelivered(db: Db, epoch: number): Promise<number> {
  const row = await db.db
    .selectFrom('publication')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('epoch', '=', epoch)
    .where('delivered_at', 'is not', null)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** Takes everything after a place out of the log and keeps it aside: it never left the node. Gives it, oldest first. */
export async function setAsideAfter(tx: Db, epoch: number, seq: number): Promise<SetAside[]> {
  tx.assertTransaction();
  const rows = await tx.db
    .selectFrom('publication')
    .select(['hash', 'epoch', 'seq', 'op', 'record', 'envelope', 'body', 'review', 'created_at'])
    .where(sql<SqlBool>`(epoch, seq) > (${epoch}, ${seq})`)
    .orderBy('epoch')
    .orderBy('seq')
    .execute();
  if (rows.length === 0) return [];
  await tx.db
    .insertInto('set_aside_publication')
    .values(rows.map(({ body: _, ...row }) => row))
    .execute();
  await tx.db
    .deleteFrom('publication')
    .where(
      'hash',
      'in',
      rows.map(({ hash }) => hash),
    )
    .execute();
  return rows;
}

/** Writes back into the log what the hub holds of it. */
export async function insertRecovered(tx: Db, recovered: readonly Recovered[]): Promise<void> {
  for (const { envelope, hash, jws, body, salt } of recovered) {
    await tx.db
      .insertInto('publication')
      .values({
        epoch: envelope.epoch,
        seq: envelope.seq,
        op: envelope.op,
        record: envelope.record,
        revision: envelope.revision,
        hash,
        prev: envelope.prev,
        envelope: jws,
        body: body && Buffer.from(body),
        salt: salt && Buffer.from(salt),
        review: null,
        edition: null,
        content_hash: null,
        publisher: null,
        delivered_at: new Date(),
        recovered: true,
        synthetic: isSynthetic(envelope),
      })
      .execute();
  }
}

/** What the hub took ahead of places that are lost. */
export type TakenAhead = Pick<NodeSchema['taken_ahead'], 'record' | 'op' | 'envelope'>;

/** Remembers what the hub took ahead of places that are lost. */
export async function keepTakenAhead(tx: Db, ahead: readonly TakenAhead[]): Promise<void> {
  if (ahead.length === 0) return;
  await tx.db
    .insertInto('taken_ahead')
    .values([...ahead])
    .onConflict((conflict) => conflict.column('envelope').doNothing())
    .execute();
}

/** Says in the case review of a record for whom it is now. */
export async function alignAudience(tx: Db, record: string, audience: Audience): Promise<void> {
  await tx.db
    .updateTable('case_review')
    .set({ published_audience: JSON.stringify(audience) })
    .where('record', '=', record)
    .where('state', 'not in', ['withdrawn', 'removed'])
    .execute();
}

/** An edition that this node no longer holds. */
export const lostEdition = 0;

/**
 * Says in the case review of a record what the hub holds of it: its revision and audience, that it was withdrawn, or nothing.
 * A text that was published here and has not left the node (`unsent`) is approved still, or a draft where its approvals no
 * longer hold, and can be published again.
 */
export async function alignReview(tx: Db, record: string, held: Holding | null, unsent: boolean): Promise<void> {
  const edition = sql<number>`coalesce(
    (select max(p.edition) from publication p where p.review = case_review.id and p.op in ('publish', 'revise')), ${lostEdition}
  )`;
  const published =
    held === null
      ? { published_edition: null, published_revision: null, published_audience: null }
      : { published_edition: edition, published_revision: held.revision };
  const audience = held?.audience ? { published_audience: JSON.stringify(held.audience) } : {};
  const newest = sql`(select max(e.number) from edition e where e.review = case_review.id)`;
  const before = sql<ReviewState>`case
    when state = 'published' and ${unsent} and coalesce(edition_is_current(id, ${newest}), false) and approvals_of(id, ${newest}) = 2
      then 'approved'
    when state = 'published' and ${unsent} then 'draft'
    else state end`;
  const withdrawn = sql<ReviewState>`case when state = 'removed' then state else 'withdrawn' end`;
  await tx.db
    .updateTable('case_review')
    .set({
      ...published,
      ...audience,
      state: held?.state === 'withdrawn' ? withdrawn : before,
      updated_at: sql<Date>`now()`,
    })
    .where('record', '=', record)
    .execute();
}

/** Records that came back from the hub: the case review they belong to, where this node still has one. */
export async function recoveredRecords(db: Db) {
  return db.db
    .selectFrom('publication as p')
    .leftJoin('case_review as r', 'r.record', 'p.record')
    .distinctOn('p.record')
    .select(['p.record', 'p.epoch', 'p.revision', 'p.op', 'r.id as review', 'r.state', 'r.working'])
    .where('p.recovered', '=', true)
    .where('p.record', 'is not', null)
    .where('p.op', 'in', ['publish', 'revise', 'rescope', 'withdraw'])
    .orderBy('p.record')
    .orderBy('p.epoch', 'desc')
    .orderBy('p.seq', 'desc')
    .execute();
}

/** What was set aside, newest first. */
export async function listSetAside(db: Db) {
  return db.db
    .selectFrom('set_aside_publication as s')
    .leftJoin('case_review as r', 'r.id', 's.review')
    .select(['s.op', 's.record', 's.created_at', 's.set_aside_at', 's.review', 'r.working'])
    .orderBy('s.set_aside_at', 'desc')
    .orderBy('s.created_at', 'desc')
    .limit(200)
    .execute();
}

/** The newest text of a record in the log, and its audience; undefined where no text is left. */
export async function newestText(db: Db, record: string) {
  return db.db
    .selectFrom('publication')
    .select(['body', 'envelope', 'revision'])
    .where('record', '=', record)
    .where('body', 'is not', null)
    .where('op', 'in', ['publish', 'revise'])
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Begins a case review for a record that the hub holds and this node has no review of. False when it has one. */
export async function insertAdopted(
  tx: Db,
  review: { id: string; record: string; author: string; working: unknown; revision: number; audience: Audience },
): Promise<boolean> {
  const inserted = await tx.db
    .insertInto('case_review')
    .values({
      id: review.id,
      record: review.record,
      author: review.author,
      state: 'published',
      working: JSON.stringify(review.working) as never,
      published_edition: lostEdition,
      published_revision: review.revision,
      published_audience: JSON.stringify(review.audience),
    })
    .onConflict((conflict) => conflict.column('record').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}
