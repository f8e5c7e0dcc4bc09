import type { Database } from '@practice-exchange/platform';
import type { Audience, LearningRecord, Operation } from '@practice-exchange/protocol';
import type { PrevalenceBand, Region } from '@practice-exchange/vocabulary';
import { type InsertObject, sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audienceOfRow } from '../learning/audience-columns.ts';

type Db = Database<HubSchema>;

/** One thing that the index still has to learn or forget, with the publication that asked for it. */
export type IndexTask = {
  record: string;
  node: string;
  epoch: number;
  seq: number;
  op: Operation;
  revision: number;
  hash: string;
  asked: number;
};

/** The next tasks of a kind. Narrower audiences come before what is new; whatever is new comes in its order. */
export async function nextTasks(db: Db, task: 'index', limit: number): Promise<IndexTask[]> {
  const rows = await db.db
    .selectFrom('index_task as t')
    .innerJoin('publication as p', (join) =>
      join.onRef('p.node', '=', 't.node').onRef('p.epoch', '=', 't.epoch').onRef('p.seq', '=', 't.seq'),
    )
    .select(['t.record', 't.node', 't.epoch', 't.seq', 'p.op', 'p.revision', 'p.hash', 't.asked'])
    .where('t.task', '=', task)
    .orderBy(sql<boolean>`exists (select from narrowing n where n.record = t.record and n.purged_at is null)`, 'desc')
    .orderBy('t.created_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, op: row.op as Operation, revision: row.revision ?? 1 }));
}

/** Ends those of some tasks that nobody has asked for again since, and gives their records. */
export async function endTasks(tx: Db, tasks: readonly Pick<IndexTask, 'record' | 'asked'>[]): Promise<Set<string>> {
  if (tasks.length === 0) return new Set();
  const rows = await tx.db
    .selectFrom('index_task')
    .select('record')
    .where(
      'asked',
      'in',
      tasks.map(({ asked }) => asked),
    )
    .orderBy('record')
    .forUpdate()
    .execute();
  const records = rows.map(({ record }) => record);
  if (records.length > 0) await tx.db.deleteFrom('index_task').where('record', 'in', records).execute();
  return new Set(records);
}

/** Records whose `indexed` receipt, for the same publication, was issued before. */
export async function indexedBefore(
  tx: Db,
  tasks: readonly Pick<IndexTask, 'record' | 'node' | 'epoch' | 'seq'>[],
): Promise<Set<string>> {
  if (tasks.length === 0) return new Set();
  const rows = await tx.db
    .selectFrom('receipt')
    .select(['epoch', 'seq'])
    .where('state', '=', 'indexed')
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('node', 'epoch', 'seq'),
        'in',
        tasks.map(({ node, epoch, seq }) => tuple(node, epoch, seq)),
      ),
    )
    .execute();
  const places = new Set(rows.map(({ epoch, seq }) => `${epoch}/${seq}`));
  return new Set(tasks.filter(({ epoch, seq }) => places.has(`${epoch}/${seq}`)).map(({ record }) => record));
}

/** How many of some records still have a task. */
export async function countTasks(db: Db, records: readonly string[]): Promise<number> {
  if (records.length === 0) return 0;
  const { total } = await db.db
    .selectFrom('index_task')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('record', 'in', [...records])
    .executeTakeFirstOrThrow();
  return total;
}

/** How much waits, and since when the oldest of it does. */
export type Waiting = { count: number; since: Date | null };

const waiting = (column: 'created_at' | 'hidden_at') =>
  [sql<number>`count(*)`.as('count'), sql<Date | null>`min(${sql.ref(column)})`.as('since')] as const;

/** The tasks of a kind. */
export async function tasksWaiting(db: Db, task: 'index' | 'remove'): Promise<Waiting> {
  return db.db
    .selectFrom('index_task')
    .select(waiting('created_at'))
    .where('task', '=', task)
    .executeTakeFirstOrThrow();
}

/** Narrower audiences that nothing proves yet. */
export async function narrowingsWaiting(db: Db): Promise<Waiting> {
  return db.db
    .selectFrom('narrowing')
    .select(waiting('hidden_at'))
    .where('purged_at', 'is', null)
    .executeTakeFirstOrThrow();
}

/** How many records the index should hold once nothing waits. */
export async function countShared(db: Db): Promise<number> {
  const { total } = await db.db
    .selectFrom('learning_record')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return total;
}

/** When the index was compared, and asked for; undefined when it never was. */
export async function findComparison(db: Db) {
  return db.db.selectFrom('index_comparison').selectAll().executeTakeFirst();
}

/** The time of the database, and whether the index is to be compared: that was asked for, or the last time is `everyMs` ago. */
export async function comparisonDue(db: Db, everyMs: number): Promise<{ now: Date; isDue: boolean }> {
  const { rows } = await sql<{ now: Date; isDue: boolean }>`
    select now() as now, not exists (
      select from index_comparison
      where compared_at > now() - ${everyMs} * interval '1 millisecond' and (asked_at is null or asked_at <= compared_at)
    ) as "isDue"`.execute(db.db);
  return rows[0] ?? { now: new Date(), isDue: true };
}

/** Asks for a comparison. */
export async function askForOne(tx: Db): Promise<void> {
  tx.assertTransaction();
  await writeComparison(tx, { asked_at: sql<Date>`now()` });
}

/** Keeps when a comparison began that has come to its end, and, if it found a difference, what it mended. */
export async function saveComparison(db: Db, began: Date, mended: { indexed: number; removed: number }): Promise<void> {
  const found = mended.indexed + mended.removed > 0 ? { mended_at: began, ...mended } : {};
  await writeComparison(db, { compared_at: began, ...found });
}

/** Writes some of the one row, which may not be there yet. */
async function writeComparison(db: Db, some: InsertObject<HubSchema, 'index_comparison'>): Promise<void> {
  await db.db
    .insertInto('index_comparison')
    .values(some)
    .onConflict((conflict) => conflict.column('only_row').doUpdateSet(some))
    .execute();
}

export type IndexableRecord = {
  id: string;
  revision: number;
  authority: string;
  region: Region;
  prevalenceBand: PrevalenceBand | null;
  audience: Audience;
  publishedAt: Date;
  content: LearningRecord;
};

function indexable(db: Db) {
  return db.db
    .selectFrom('learning_record as l')
    .innerJoin('authority as a', 'a.id', 'l.authority')
    .innerJoin('record as r', 'r.id', 'l.id')
    .select([
      'l.id',
      'l.revision',
      'l.authority',
      'a.region',
      'a.prevalence_band',
      'l.audience_scope',
      'l.audience_regions',
      'l.audience_authorities',
      'l.published_at',
      'l.content',
    ])
    .where('r.state', '=', 'shared')
    .where('r.synthetic', '=', false);
}

type IndexableRow = Awaited<ReturnType<ReturnType<typeof indexable>['execute']>>[number];

function toIndexable(row: IndexableRow): IndexableRecord {
  return {
    id: row.id,
    revision: row.revision,
    authority: row.authority,
    region: row.region,
    prevalenceBand: row.prevalence_band,
    audience: audienceOfRow(row),
    publishedAt: row.published_at,
    content: row.content,
  };
}

export async function recordsToIndex(db: Db, ids: readonly string[]): Promise<IndexableRecord[]> {
  if (ids.length === 0) return [];
  return (
    await indexable(db)
      .where('l.id', 'in', [...ids])
      .execute()
  ).map(toIndexable);
}

/** Ids and revisions of shared records within a range of ids, for comparing with the index. */
export async function entriesAfter(
  db: Db,
  after: string | null,
  limit: number,
): Promise<{ id: string; revision: number }[]> {
  let query = db.db.selectFrom('learning_record').select(['id', 'revision']).orderBy('id').limit(limit);
  if (after !== null) query = query.where('id', '>', after);
  return query.execute();
}
