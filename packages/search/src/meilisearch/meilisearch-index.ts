import type { Index, Meilisearch } from 'meilisearch';
import type { IndexDocument } from '../index-document.ts';
import { toIndexDocument } from '../learning-document.ts';
import { deepestResult, type LearningIndex, SearchUnavailable } from '../learning-index.ts';
import { CollectionKnowledge, countedFields } from './collection-knowledge.ts';
import { connect, type EngineOptions, engineCode, exchange, finished } from './engine.ts';
import { findPhrase } from './find-phrase.ts';
import { findSimilar } from './find-similar.ts';
import { searchCandidates } from './search-candidates.ts';
import { isMarked, markedSettings, meilisearchVersion } from './settings.ts';
import { fromStored, type StoredDocument, toStored } from './stored-document.ts';
import { documentKey } from './term-key.ts';

/** Documents sent, or copied, in one task. */
const batch = 1000;
/** How often to ask whether another process has changed the index. */
const followEvery = 30_000;

/**
 * The index on a Meilisearch server, for production.
 *
 * The engine recalls, filters, counts and stores; the hub analyses and ranks. A query is one federated request for candidates (see
 * `candidate-queries.ts`), ranked here by the same code as the embedded index, then one small request for the passages of the page.
 *
 * The index is named `<prefix>`. When it was built with other settings, a second one, `<prefix>-next`, is built from it in the background and the two are swapped;
 * until then the old one answers. Collection statistics live in this process (see `CollectionKnowledge`). One process at a time should change the index.
 *
 * Rejects with `SearchUnavailable` when the server cannot be reached or refuses.
 */
export async function meilisearchIndex(options: EngineOptions): Promise<LearningIndex> {
  const client = connect(options);
  const index = client.index<StoredDocument>(options.prefix);
  const found = await exchange(() => settingsOf(index));
  if (found === undefined) await exchange(() => createIndex(client, options.prefix));
  let knowledge = await exchange(() => CollectionKnowledge.read(index));
  let changes = 0;
  let lastChange = await exchange(() => updatedAt(index));
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;
  let rebuilding: Index<StoredDocument> | undefined;

  /** Changes, and the steps of a rebuild, one after another. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = turn.then(() => exchange(run));
    turn = mine.catch(() => undefined);
    return mine;
  };

  const held = async (keys: readonly string[]) => {
    if (keys.length === 0) return [];
    const fields = [...countedFields, 'key' as const];
    return (await index.getDocuments({ ids: [...keys], fields, limit: keys.length })).results as StoredDocument[];
  };
  const revisions = (ids: readonly string[]) =>
    exchange(async () => {
      const found = new Map<string, number>();
      for (let at = 0; at < ids.length; at += batch) {
        const keys = ids.slice(at, at + batch).map(documentKey);
        const { results } = await index.getDocuments({ ids: keys, fields: ['id', 'revision'], limit: keys.length });
        for (const { id, revision } of results) found.set(id, revision);
      }
      return found;
    });
  const targets = () => (rebuilding === undefined ? [index] : [index, rebuilding]);

  const put = (documents: readonly StoredDocument[]) =>
    inTurn(async () => {
      const before = await held(documents.map(({ key }) => key));
      for (const target of targets()) await finished(target.addDocuments([...documents]));
      changes += 1;
      for (const document of before) knowledge.count(document, -1);
      for (const document of documents) knowledge.count(document, 1);
      lastChange = await updatedAt(index);
    });

  const indexDocuments = async (documents: readonly IndexDocument[]) => {
    const latest = [...new Map(documents.map((document) => [document.id, document])).values()];
    for (let at = 0; at < latest.length; at += batch) await put(latest.slice(at, at + batch).map(toStored));
  };

  const remove = (ids: readonly string[]) =>
    inTurn(async () => {
      const before = await held(ids.map(documentKey));
      if (before.length === 0) return;
      for (const target of targets()) await finished(target.deleteDocuments(before.map(({ key }) => key)));
      changes += 1;
      for (const document of before) knowledge.count(document, -1);
      lastChange = await updatedAt(index);
    });

  /** Counts the collection anew when another process has changed the index, and never for more than a small share of the time. */
  const follow = async () => {
    const now = await updatedAt(index);
    if (now === lastChange || closed) return;
    const began = changes;
    const counted = await CollectionKnowledge.read(index);
    if (began !== changes || closed) return;
    knowledge = counted;
    lastChange = now;
  };
  let following: NodeJS.Timeout;
  const followLater = (after: number) => {
    following = setTimeout(async () => {
      const start = performance.now();
      // An engine that does not answer is noticed, and told of, by the next query.
      await follow().catch(() => undefined);
      if (!closed) followLater(Math.max(followEvery, (performance.now() - start) * 20));
    }, after);
    following.unref();
  };
  followLater(followEvery);

  const rebuild = async () => {
    const next = `${options.prefix}-next`;
    await inTurn(async () => {
      await finished(client.deleteIndex(next), ['index_not_found']);
      await createIndex(client, next);
      rebuilding = client.index<StoredDocument>(next);
    });
    for (let after = ''; !closed; ) {
      const copied = await inTurn(async () => {
        const filter = `key > "${after}"`;
        const { results } = await index.getDocuments({
          limit: batch,
          sort: ['key:asc'],
          ...(after === '' ? {} : { filter }),
        });
        const documents = results as StoredDocument[];
        if (documents.length > 0)
          await finished(client.index(next).addDocuments(documents.map((each) => toStored(fromStored(each)))));
        return documents;
      });
      after = copied.at(-1)?.key ?? '';
      if (copied.length < batch) break;
    }
    if (closed) return;
    await inTurn(async () => {
      await finished(client.swapIndexes([{ indexes: [options.prefix, next], rename: false }]));
      rebuilding = undefined;
      await finished(client.deleteIndex(next));
      knowledge = await CollectionKnowledge.read(index);
      lastChange = await updatedAt(index);
    });
  };
  const rebuilt =
    found !== undefined && !isMarked(found, meilisearchVersion)
      ? rebuild().catch(() => {
          // The old index goes on answering; the next start tries again.
          rebuilding = undefined;
        })
      : Promise.resolve();

  const asked = {
    client,
    index,
    get knowledge() {
      return knowledge;
    },
  };
  return {
    settingsVersion: meilisearchVersion,
    indexDocuments,
    index: (documents) => indexDocuments(documents.map(toIndexDocument)),
    remove: async (ids) => {
      for (let at = 0; at < ids.length; at += batch) await remove(ids.slice(at, at + batch));
    },
    search: async (query, { signal } = {}) => {
      signal?.throwIfAborted();
      if (query.offset + query.limit > deepestResult) throw new RangeError(`Results end at ${deepestResult}`);
      try {
        return await exchange(() => searchCandidates(asked, query, signal));
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
    similar: (id, viewer, limit) => exchange(() => findSimilar(asked, id, viewer, limit)),
    has: async (id) => (await revisions([id])).has(id),
    revisions,
    containsPhrase: (phrase) => exchange(() => findPhrase(index, phrase)),
    entries: ({ after, limit }) =>
      exchange(async () => {
        const { results } = await index.getDocuments({
          sort: ['key:asc'],
          limit,
          fields: ['id', 'revision'],
          ...(after === null ? {} : { filter: `key > "${documentKey(after)}"` }),
        });
        return results.map(({ id, revision }) => ({ id, revision }));
      }),
    count: () => exchange(async () => (await index.getStats()).numberOfDocuments),
    clear: () =>
      inTurn(async () => {
        for (const target of targets()) await finished(target.deleteAllDocuments());
        changes += 1;
        knowledge = new CollectionKnowledge();
        lastChange = await updatedAt(index);
      }),
    health: async () => {
      try {
        const { numberOfDocuments, isIndexing } = await exchange(() => index.getStats());
        const building = rebuilding === undefined ? '' : ', building a new index';
        return {
          ok: true,
          detail: `Meilisearch, ${numberOfDocuments} documents${isIndexing ? ', indexing' : ''}${building}`,
        };
      } catch (error) {
        return {
          ok: false,
          detail: error instanceof SearchUnavailable ? error.message : 'The search engine did not answer',
        };
      }
    },
    close: async () => {
      closed = true;
      clearTimeout(following);
      await rebuilt;
      await turn;
    },
  };
}

async function settingsOf(index: Index<StoredDocument>) {
  try {
    return await index.getSettings();
  } catch (error) {
    if (engineCode(error) === 'index_not_found') return undefined;
    throw error;
  }
}

/** An empty index with its settings, which have to be there before the first document. */
async function createIndex(client: Meilisearch, uid: string): Promise<void> {
  await finished(client.createIndex(uid, { primaryKey: 'key' }), ['index_already_exists']);
  await finished(client.index(uid).updateSettings(markedSettings(meilisearchVersion)));
}

async function updatedAt(index: Index<StoredDocument>): Promise<string> {
  return String((await index.getRawInfo()).updatedAt);
}
