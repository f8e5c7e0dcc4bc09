import { whileLocked } from '@practice-exchange/platform';
import type { LearningDocument } from '@practice-exchange/search';
import type { HubContext } from '../../context.ts';
import { lockMember } from '../ingest/store.ts';
import { issueReceipts } from '../receipts/issue-receipts.ts';
import { purgeWithdrawn } from '../withdrawing/purging.ts';
import {
  comparisonDue,
  countTasks,
  endTasks,
  entriesAfter,
  type IndexableRecord,
  type IndexTask,
  indexedBefore,
  nextTasks,
  recordsToIndex,
  saveComparison,
} from './store.ts';

type Context = Pick<HubContext, 'database' | 'index' | 'hub' | 'log'> & { jobs: Pick<HubContext['jobs'], 'wake'> };

const batch = 500;

/** The index is compared with the database at least this often. */
const mendEvery = 60_000;

/**
 * Keeps the index right: what was published and withdrawn, and, when it has lost something, a while has passed or an operator asks, a
 * comparison with the database. One run at a time, over all processes: a record that was read for indexing before it was withdrawn is
 * therefore removed after, never before.
 */
export async function keepIndex(context: Context): Promise<void> {
  await updateIndex(context);
  const { now, isDue } = await comparisonDue(context.database, mendEvery);
  if (!isDue && (await context.index.isWhole())) return;
  await saveComparison(context.database, now, await mendIndex(context));
}

/**
 * Brings the index up to date with what was published and withdrawn. Withdrawals come first, before every batch. Whom a narrower
 * audience excludes can then be asked for.
 */
export async function updateIndex(context: Context): Promise<void> {
  for (;;) {
    const { purged, indexed } = await writingIndex(context, async () => ({
      purged: await purgeWithdrawn(context),
      indexed: await indexBatch(context),
    }));
    if (indexed) await context.jobs.wake('prove-narrowed');
    if (!purged && !indexed) return;
  }
}

/**
 * One writer of the index at a time, in whichever process. What one has read for indexing could otherwise be written after
 * another had removed and certified it.
 */
function writingIndex<T>(context: Context, write: () => Promise<T>): Promise<T> {
  return whileLocked(context.database, 'index-writer', write);
}

/** A record's `indexed` receipt is issued only after the engine confirmed it and a probe found it. */
async function indexBatch(context: Context): Promise<boolean> {
  const tasks = await nextTasks(context.database, 'index', batch);
  if (tasks.length === 0) return false;
  const records = await recordsToIndex(
    context.database,
    tasks.map((task) => task.record),
  );
  await context.index.index(records.map(toDocument));
  const held = await context.index.revisions(records.map((record) => record.id));
  if (records.some(({ id, revision }) => held.get(id) !== revision)) {
    throw new Error('the index does not hold what it confirmed');
  }
  // A record withdrawn since the tasks were read has a task of its own by now, and the one that was read no longer ends.
  const done = tasks.filter((task) => held.has(task.record));
  for (const [node, own] of Map.groupBy(done, (task) => task.node)) await confirmIndexed(context, node, own);
  return true;
}

async function confirmIndexed(context: Context, node: string, tasks: readonly IndexTask[]): Promise<void> {
  await context.database.transaction(async (tx) => {
    await lockMember(tx, node);
    const ended = await endTasks(tx, tasks);
    // A record is indexed again when its band changes or it is repaired; that it can be found was said before.
    const told = await indexedBefore(tx, tasks);
    const answers = tasks
      .filter((task) => ended.has(task.record) && !told.has(task.record))
      .map((task) => ({ ...task, state: 'indexed' as const, reason: null }));
    await issueReceipts(tx, context.hub, node, answers);
  });
}

/**
 * Compares the index with the database, entry by entry in order of id, and mends every difference: what is missing or old is
 * indexed, what is not shared is removed. An index that was wiped or half built heals by this alone, and does not answer for the database
 * until it is whole again.
 */
export async function mendIndex(context: Context): Promise<{ indexed: number; removed: number }> {
  let indexed = 0;
  let removed = 0;
  let after: string | null = null;
  for (;;) {
    const from: string | null = after;
    const step: Mended = await writingIndex(context, () => mendAfter(context, from));
    indexed += step.indexed;
    removed += step.removed;
    if (step.end === null) break;
    after = step.end;
  }
  const isAsItWas = indexed === 0 && (await context.index.isWhole());
  if (!isAsItWas) {
    await writingIndex(context, async () => {
      if (await lacksSomething(context)) return;
      await context.index.setWhole(true);
      // Looked at again: what is lost from now on the engine says itself, but it may have lost something since it was looked at.
      if (await lacksSomething(context)) await context.index.setWhole(false);
    });
  }
  return { indexed, removed };
}

/** Whether the index lacks something that no task would bring. */
async function lacksSomething(context: Context): Promise<boolean> {
  for (let after: string | null = null; ; ) {
    const { missing, end }: Comparison = await compareAfter(context, after);
    if (await lacksWithoutTask(context, missing)) return true;
    if (end === null) return false;
    after = end;
  }
}

/** Whether something is missing that no task would bring. */
async function lacksWithoutTask(context: Context, missing: readonly string[]): Promise<boolean> {
  return missing.length > (await countTasks(context.database, missing));
}

type Mended = { indexed: number; removed: number; end: string | null };

/** Mends up to a thousand entries after an id; `end` is the last id compared, null when there are no more. */
async function mendAfter(context: Context, after: string | null): Promise<Mended> {
  const { missing, surplus, end } = await compareAfter(context, after);
  if (await lacksWithoutTask(context, missing)) await context.index.setWhole(false);
  let indexed = 0;
  for (let from = 0; from < missing.length; from += batch) {
    await purgeWithdrawn(context);
    const records = await recordsToIndex(context.database, missing.slice(from, from + batch));
    await context.index.index(records.map(toDocument));
    indexed += records.length;
  }
  if (surplus.length > 0) await context.index.remove(surplus);
  return { indexed, removed: surplus.length, end };
}

type Entry = { readonly id: string; readonly revision: number };

type Comparison = { missing: string[]; surplus: string[]; end: string | null };

/** Compares up to a thousand entries after an id; `end` is the last id compared, null when there are no more. */
async function compareAfter(context: Context, after: string | null): Promise<Comparison> {
  const [held, wanted]: [Entry[], Entry[]] = await Promise.all([
    context.index.entries({ after, limit: 1000 }).then((entries) => [...entries]),
    entriesAfter(context.database, after, 1000),
  ]);
  const end = endOfComparison(held, wanted);
  const inRange = (entry: Entry) => end === null || entry.id <= end;
  return { ...compare(held.filter(inRange), wanted.filter(inRange)), end };
}

/** The last id up to which both lists are complete; null when both have ended. */
function endOfComparison(held: readonly Entry[], wanted: readonly Entry[]): string | null {
  const ends = [held, wanted].flatMap((list) => (list.length === 1000 ? [list.at(-1)?.id ?? ''] : []));
  return ends.sort()[0] ?? null;
}

function compare(held: readonly Entry[], wanted: readonly Entry[]): { missing: string[]; surplus: string[] } {
  const heldRevisions = new Map(held.map((entry) => [entry.id, entry.revision]));
  const wantedIds = new Set(wanted.map((entry) => entry.id));
  return {
    missing: wanted.filter((entry) => heldRevisions.get(entry.id) !== entry.revision).map((entry) => entry.id),
    surplus: held.filter((entry) => !wantedIds.has(entry.id)).map((entry) => entry.id),
  };
}

function toDocument(record: IndexableRecord): LearningDocument {
  return {
    id: record.id,
    revision: record.revision,
    authority: record.authority,
    region: record.region,
    prevalenceBand: record.prevalenceBand,
    audience: record.audience,
    published: record.publishedAt.toISOString(),
    record: record.content,
  };
}
