import { setTimeout } from 'node:timers/promises';
import { type LearningIndex, SearchUnavailable } from '@practice-exchange/search';
import type { HubContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { countHeldBack } from '../learning/store.ts';
import { leftOutAtMost } from '../searching/find.ts';
import { askForOne, countShared, findComparison, narrowingsWaiting, tasksWaiting, type Waiting } from './store.ts';

/** An operator waits no longer than this for the engine. */
const deadlineMs = 1_000;

/**
 * Who answers searches: the `index`; or the database, as the engine is `away`, the index is `filling` (it lacks something, or nobody has said
 * yet that it does not), or it is `held-back` from some authorities because it has too much to let go of that they may not see.
 */
export type Answering = 'index' | 'away' | 'filling' | 'held-back';

/** How the search index does. `held` is how many records are in it, null while it does not answer; `away` says why it does not. */
export type IndexStanding = {
  engine: 'Meilisearch' | 'Embedded index';
  answering: Answering;
  away: string | null;
  held: number | null;
  shared: number;
  toIndex: Waiting;
  toRemove: Waiting;
  toProve: Waiting;
  authorities: { served: number; heldBack: number };
  comparison: {
    comparedAt: Date | null;
    /** When somebody asked for the comparison that is still to come. */
    askedAt: Date | null;
    /** The last time that there was a difference, and what was put in and taken out then. */
    mended: { at: Date; indexed: number; removed: number } | null;
  };
};

/** Looks how the index does. Never waits long for the engine, and never fails because of it. */
export async function indexStanding(
  context: Pick<HubContext, 'config' | 'database' | 'index'>,
): Promise<IndexStanding> {
  const { config, database, index } = context;
  const [engine, shared, toIndex, toRemove, toProve, authorities, compared] = await Promise.all([
    askIndex(index),
    countShared(database),
    tasksWaiting(database, 'index'),
    tasksWaiting(database, 'remove'),
    narrowingsWaiting(database),
    countHeldBack(database, leftOutAtMost),
    findComparison(database),
  ]);
  const { asked_at: askedAt = null, compared_at: comparedAt = null } = compared ?? {};
  return {
    engine: config.meilisearch ? 'Meilisearch' : 'Embedded index',
    answering: answeringOf(engine, authorities),
    away: 'away' in engine ? engine.away : null,
    held: 'away' in engine ? null : engine.held,
    shared,
    toIndex,
    toRemove,
    toProve,
    authorities,
    comparison: {
      comparedAt,
      askedAt: askedAt && (comparedAt === null || comparedAt < askedAt) ? askedAt : null,
      mended: compared?.mended_at
        ? { at: compared.mended_at, indexed: compared.indexed, removed: compared.removed }
        : null,
    },
  };
}

type Engine = { held: number; isWhole: boolean } | { away: string };

function answeringOf(engine: Engine, { heldBack }: IndexStanding['authorities']): Answering {
  if ('away' in engine) return 'away';
  if (!engine.isWhole) return 'filling';
  return heldBack > 0 ? 'held-back' : 'index';
}

async function askIndex(index: LearningIndex): Promise<Engine> {
  const asked = Promise.all([index.count(), index.isWhole()]).then(([held, isWhole]) => ({ held, isWhole }));
  const late = { away: 'The search engine did not answer within a second' };
  try {
    return await Promise.race([asked, setTimeout(deadlineMs, late, { ref: false })]);
  } catch (error) {
    if (error instanceof SearchUnavailable) return { away: error.message };
    throw error;
  }
}

/** Asks for the index to be compared with the database now, whichever process does it, and wakes the job that does. */
export async function askForComparison(
  context: Pick<HubContext, 'database' | 'jobs' | 'hub'>,
  operator: string | null,
): Promise<void> {
  await context.database.transaction(async (tx) => {
    await askForOne(tx);
    await audit(tx, {
      person: operator,
      node: null,
      action: 'index-comparison-asked',
      subjectType: 'search-index',
      subject: context.hub.id,
    });
    tx.onCommit(() => void context.jobs.wake('update-index'));
  });
}
