import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import type { CaseReview, ReviewState, WorkingReview } from './case-review.ts';

type Db = Database<NodeSchema>;

function reviews(db: Db) {
  return db.db
    .selectFrom('case_review as r')
    .innerJoin('person as p', 'p.id', 'r.author')
    .select([
      'r.id',
      'r.record',
      'r.author',
      'p.name as author_name',
      'r.state',
      'r.working',
      'r.version',
      'r.published_edition',
      'r.published_revision',
      'r.published_audience',
      'r.created_at',
      'r.updated_at',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof reviews>['execute']>>[number];

function toReview(row: Row): CaseReview {
  const { published_edition: edition, published_revision: revision, published_audience: audience } = row;
  return {
    id: row.id,
    record: row.record,
    author: { id: row.author, name: row.author_name },
    state: row.state,
    working: row.working,
    version: row.version,
    published: edition !== null && revision !== null && audience !== null ? { edition, revision, audience } : null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Every review, the last changed first. */
export async function listReviews(db: Db): Promise<CaseReview[]> {
  return (await reviews(db).orderBy('r.updated_at', 'desc').execute()).map(toReview);
}

/** Reviews that a filter asks for, the last changed first, a page at a time. */
export async function searchReviews(
  db: Db,
  filter: { state: ReviewState | null; author: string | null; title: string },
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ reviews: CaseReview[]; total: number }> {
  const wanted = () =>
    reviews(db)
      .$if(filter.state !== null, (query) => query.where('r.state', '=', filter.state as ReviewState))
      .$if(filter.author !== null, (query) => query.where('r.author', '=', filter.author as string))
      .$if(filter.title !== '', (query) =>
        query.where(sql<boolean>`strpos(lower(r.working #>> '{prose,title}'), lower(${filter.title})) > 0`),
      );
  const [rows, counted] = await Promise.all([
    wanted()
      .orderBy('r.updated_at', 'desc')
      .orderBy('r.id')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    wanted()
      .clearSelect()
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
  ]);
  return { reviews: rows.map(toReview), total: Number(counted.count) };
}

export async function findReview(db: Db, id: string): Promise<CaseReview | undefined> {
  const row = await reviews(db).where('r.id', '=', id).executeTakeFirst();
  return row && toReview(row);
}

/** A review locked until the transaction ends, so that two people's steps on it follow one another. */
export async function lockReview(tx: Db, id: string): Promise<CaseReview | undefined> {
  tx.assertTransaction();
  await tx.db.selectFrom('case_review').select('id').where('id', '=', id).forUpdate().execute();
  return findReview(tx, id);
}

export async function insertReview(
  tx: Db,
  review: { id: string; record: string; author: string; working: WorkingReview },
): Promise<void> {
  await tx.db
    .insertInto('case_review')
    .values({ ...review, state: 'draft', working: JSON.stringify(review.working) })
    .execute();
}

/** Saves the working text as the next version. Every approval of an earlier version is void from then on. */
export async function saveWorking(tx: Db, id: string, working: WorkingReview): Promise<void> {
  await tx.db
    .updateTable('case_review')
    .set({
      working: JSON.stringify(working),
      state: 'draft',
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

export async function setState(tx: Db, id: string, state: ReviewState): Promise<void> {
  await tx.db.updateTable('case_review').set({ state, updated_at: sql<Date>`now()` }).where('id', '=', id).execute();
}
