import { setTimeout } from 'node:timers/promises';
import type { IndexDocument } from '../index-document.ts';
import { toIndexDocument } from '../learning-document.ts';
import { deepestResult, type LearningIndex, SearchUnavailable } from '../learning-index.ts';
import { countedFields } from './collection-knowledge.ts';
import { type EngineOptions, finished } from './engine.ts';
import { findPhrase } from './find-phrase.ts';
import { findSimilar } from './find-similar.ts';
import { batch, ManagedIndex } from './managed-index.ts';
import { searchCandidates } from './search-candidates.ts';
import { meilisearchVersion } from './settings.ts';
import { type StoredDocument, toStored } from './stored-document.ts';
import { documentKey } from './term-key.ts';

/** How long the start waits for a server; afterwards it goes on without, and the index is opened at first use. */
const startDeadline = 3_000;
/** How long somebody who asks for the index's health waits for it. */
const healthDeadline = 1_000;

/**
 * The index on a Meilisearch server, for production.
 *
 * The engine recalls, filters, counts and stores; the hub analyses and ranks. A query is two requests side by side, one that counts what matches
 * and one that names candidates (see `fetch-documents.ts`); these are ranked here by the same code as the embedded index from what is kept of
 * them (see `kept-documents.ts`). One small request brings the passages of the page that are not kept.
 *
 * The index is named `<prefix>`. When it was built with other settings, a second one, `<prefix>-next`, is built from it in the background and the two are swapped;
 * until then the old one answers, as far as it can. Collection statistics live in this process (see `CollectionKnowledge`). One process at a time should change the index.
 *
 * A server that is away is no failure here: every method rejects with `SearchUnavailable` until it is back.
 */
export async function meilisearchIndex(options: EngineOptions): Promise<LearningIndex> {
  const managed = new ManagedIndex(options);
  const { index } = managed;
  const started = managed.open().catch(() => undefined);
  await Promise.race([started, setTimeout(startDeadline, undefined, { ref: false })]);

  const held = async (keys: readonly string[]) => {
    if (keys.length === 0) return [];
    const fields = [...countedFields, 'key' as const, 'edition' as const];
    return (await index.getDocuments({ ids: [...keys], fields, limit: keys.length })).results as StoredDocument[];
  };

  const put = (documents: readonly StoredDocument[]) =>
    managed.change(async () => {
      const before = await held(documents.map(({ key }) => key));
      for (const target of managed.targets) await finished(target.addDocuments([...documents]));
      managed.forget(before.map(({ edition }) => edition));
      return (knowledge) => {
        for (const document of before) knowledge.count(document, -1);
        for (const document of documents) knowledge.count(document, 1);
      };
    });

  const indexDocuments = async (documents: readonly IndexDocument[]) => {
    const latest = [...new Map(documents.map((document) => [document.id, document])).values()];
    for (let at = 0; at < latest.length; at += batch) await put(latest.slice(at, at + batch).map(toStored));
  };

  const remove = (ids: readonly string[]) =>
    managed.change(async () => {
      const before = await held(ids.map(documentKey));
      const keys = before.map(({ key }) => key);
      if (keys.length > 0) for (const target of managed.targets) await finished(target.deleteDocuments(keys));
      managed.forget(before.map(({ edition }) => edition));
      return (knowledge) => {
        for (const document of before) knowledge.count(document, -1);
      };
    });

  const revisions = (ids: readonly string[]) =>
    managed.run(async () => {
      const found = new Map<string, number>();
      for (let at = 0; at < ids.length; at += batch) {
        const keys = ids.slice(at, at + batch).map(documentKey);
        const { results } = await index.getDocuments({ ids: keys, fields: ['id', 'revision'], limit: keys.length });
        for (const { id, revision } of results) found.set(id, revision);
      }
      return found;
    });

  return {
    settingsVersion: meilisearchVersion,
    indexDocuments,
    index: (documents) => indexDocuments(documents.map(toIndexDocument)),
    remove: async (ids) => {
      for (let at = 0; at < ids.length; at += batch) await remove(ids.slice(at, at + batch));
    },
    search: async (query, { signal } = {}) => {
      if (query.offset + query.limit > deepestResult) throw new RangeError(`Results end at ${deepestResult}`);
      return unlessAborted(signal, async () => {
        const whole = managed.isWhole();
        const answered = managed.run(() => searchCandidates(managed, query, signal));
        const [answer, is] = await Promise.all([answered, whole]);
        return { ...answer, whole: is };
      });
    },
    similar: (id, viewer, limit, { signal } = {}) =>
      unlessAborted(signal, () => managed.run(() => findSimilar(managed, id, viewer, limit))),
    has: async (id) => (await revisions([id])).has(id),
    revisions,
    containsPhrase: (phrase) => managed.run(() => findPhrase(index, phrase)),
    entries: ({ after, limit }) =>
      managed.run(async () => {
        const { results } = await index.getDocuments({
          sort: ['key:asc'],
          limit,
          fields: ['id', 'revision'],
          ...(after === null ? {} : { filter: `key > "${documentKey(after)}"` }),
        });
        return results.map(({ id, revision }) => ({ id, revision }));
      }),
    count: () => managed.run(async () => (await index.getStats()).numberOfDocuments),
    isWhole: () => managed.isWhole(),
    setWhole: (whole) => managed.setWhole(whole),
    clear: async () => {
      await managed.setWhole(false);
      await managed.change(async () => {
        for (const target of managed.targets) await finished(target.deleteAllDocuments());
        managed.forget();
        return (knowledge) => knowledge.clear();
      });
    },
    health: async () => {
      try {
        const { numberOfDocuments, isIndexing } = await unlessAborted(AbortSignal.timeout(healthDeadline), () =>
          managed.run(() => index.getStats()),
        );
        const building = managed.isRebuilding ? ', building a new index' : '';
        return {
          ok: true,
          detail: `Meilisearch, ${numberOfDocuments} documents${isIndexing ? ', indexing' : ''}${building}`,
        };
      } catch (error) {
        return {
          ok: false,
          detail: error instanceof SearchUnavailable ? error.message : 'Meilisearch does not answer',
        };
      }
    },
    close: () => managed.close(),
  };
}

/** Runs something until it ends or the caller gives up, whichever comes first; then it rejects with the signal's reason. */
async function unlessAborted<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  if (signal === undefined) return run();
  signal.throwIfAborted();
  const running = run();
  running.catch(() => undefined);
  return await new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    running
      .then(resolve, (error) => reject(signal.aborted ? signal.reason : error))
      .finally(() => {
        signal.removeEventListener('abort', abort);
      });
  });
}
