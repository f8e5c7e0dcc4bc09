import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, Database, newId, startEmbeddedPostgres } from '@practice-exchange/platform';
import type { LearningRecord } from '@practice-exchange/protocol';
import type { LearningIndex } from '@practice-exchange/search';
import type { Collection, CollectionDocument, Ranker } from '@practice-exchange/search/scoring';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { migrations } from '../../schema/migrations/migrations.ts';
import { openHubIdentity } from '../identity/identity.ts';
import { keepIndex } from '../indexing/indexing.ts';
import { search } from '../searching/search.ts';
import { insertOwner, insertShared } from './store.ts';

const batch = 500;

/** A hub's data and index with a test collection in them, to be asked as the hub is asked. */
export type CollectionHub = {
  /** The hub's own search, page by page; the time is that of the first page, which is what a person waits for. */
  readonly ranker: Ranker;
  /** How many answers came from the database because the engine was away or slow. */
  degraded(): number;
  close(): Promise<void>;
};

/**
 * Shares a collection's documents on a hub of its own (an embedded PostgreSQL that is thrown away), as rows that an ingest would
 * leave, and indexes them as the hub indexes what was published: index tasks, batches, confirmation, receipts.
 */
export async function openCollectionHub(collection: Collection, index: LearningIndex): Promise<CollectionHub> {
  const directory = await mkdtemp(join(tmpdir(), 'practice-exchange-score-'));
  const postgres = await startEmbeddedPostgres({ directory, durable: false });
  const closers: (() => Promise<void>)[] = [
    () => rm(directory, { recursive: true, force: true }),
    () => postgres.stop(),
  ];
  const close = async () => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    const database = Database.connect<HubSchema>({ url: await postgres.ensureDatabase('hub'), migrations });
    closers.push(() => database.close());
    await database.migrate();
    const context = {
      database,
      index,
      hub: await openHubIdentity(database, newId()),
      log: createLogger({ name: 'score', level: 'silent' }),
      // Nothing of a collection is narrowed.
      jobs: { wake: async () => undefined },
    };
    const owner = await insertOwner(database);
    const names = new Map<string, string>();
    for (let at = 0; at < collection.documents.length; at += batch) {
      const records = collection.documents.slice(at, at + batch).map((document) => {
        const id = newId();
        names.set(id, document.id);
        return { id, content: toLearningRecord(document) };
      });
      await insertShared(database, owner, at + 1, records);
    }
    await keepIndex(context);

    let degraded = 0;
    const ranker: Ranker = async (q, limit) => {
      const ids: string[] = [];
      let ms = 0;
      for (let page = 1, pages = 1; page <= pages && ids.length < limit; page += 1) {
        const began = performance.now();
        const answer = await search(context, { q, page }, { ...viewerOf(owner.authority), prevalenceBand: null });
        if (page === 1) ms = performance.now() - began;
        if (answer.degraded !== undefined) degraded += 1;
        pages = answer.pages;
        for (const { id } of answer.results) ids.push(names.get(id) ?? '');
      }
      return { ids: ids.slice(0, limit), ms };
    };
    return { ranker, degraded: () => degraded, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function viewerOf(authority: string) {
  return { authority, region: 'london' as const };
}

/** A collection's document as a learning record: its title, its text where the situation is told, and codes that say nothing. */
function toLearningRecord({ title, text }: CollectionDocument): LearningRecord {
  return {
    title: storable(title),
    summary: '',
    situation: storable(text),
    response: '',
    whatHappened: '',
    whatWorked: '',
    whatDidNot: '',
    learningPoints: [],
    nextTime: '',
    themes: [],
    concernCategories: [],
    referralSource: 'unknown',
    agencies: [],
    thresholdDecision: 'unknown',
    interventions: [],
    familyEngagementStart: 'unknown',
    familyEngagementEnd: 'unknown',
    legitimacyChallenges: [],
    outcome: 'unknown',
    ageBand: 'unknown',
    sex: 'unknown',
    setting: 'unknown',
    region: 'london',
    period: '2025-Q1',
  };
}

/** Text that PostgreSQL can hold as JSON: no NUL, no half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\u0000', ' ').toWellFormed();
}
