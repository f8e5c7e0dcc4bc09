import type { IndexDocument } from '../index-document.ts';
import { toIndexDocument } from '../learning-document.ts';
import { deepestResult, type LearningIndex, SearchUnavailable } from '../learning-index.ts';
import { settingsVersionOf } from '../settings-version.ts';
import { type IndexThread, startIndexThread } from './index-thread.ts';
import type { Operation, Operations } from './messages.ts';

/** Documents sent to the thread at a time, so that questions are answered between. */
const batch = 250;
/** The wait before a thread that ended is started anew; twice as long after each failure, up to the longest. */
const shortestRest = 100;
const longestRest = 30_000;
/** How long somebody who asks for the index's health waits for it. */
const healthDeadline = 1_000;

export type EmbeddedIndexOptions = {
  readonly snapshotPath?: string;
  /** Milliseconds after which a thread that gives no sign of life is ended and started anew. */
  readonly patience?: number;
};

/**
 * The embedded index: in memory, in a thread of its own, with nothing to install.
 *
 * With `snapshotPath` it begins from the file there, if that was saved with the same settings, and saves itself some seconds
 * after the last change and on `close`. Removing or replacing a document deletes the file first, so that no snapshot outlives
 * a withdrawal. A missing snapshot leaves an empty index, which the hub fills from its database.
 *
 * A thread that ends or hangs is replaced by a new one, which begins from the snapshot or empty, and not as whole: see `isWhole`.
 * Questions are refused with `SearchUnavailable` in between. Rejects with the same when the first thread does not start.
 */
export async function embeddedIndex({
  snapshotPath,
  patience = 10_000,
}: EmbeddedIndexOptions = {}): Promise<LearningIndex> {
  const settingsVersion = settingsVersionOf('embedded');
  const start = () => startIndexThread({ snapshotPath: snapshotPath ?? null, settingsVersion }, patience);
  let closed = false;
  let thread: IndexThread | undefined;
  let restarting: NodeJS.Timeout | undefined;

  const use = (started: IndexThread) => {
    thread = started;
    void started.ended.then(() => {
      thread = undefined;
      restartAfter(shortestRest);
    });
  };
  const restartAfter = (rest: number) => {
    if (closed) return;
    restarting = setTimeout(() => {
      start().then(
        (started) => (closed ? void started.stop() : use(started)),
        () => restartAfter(Math.min(rest * 2, longestRest)),
      );
    }, rest);
    restarting.unref();
  };
  use(await start());

  const ask = async <O extends Operation>(operation: O, question: Operations[O]['ask'], signal?: AbortSignal) => {
    if (thread === undefined) throw new SearchUnavailable(closed ? 'The index is closed' : 'The index thread restarts');
    return thread.ask(operation, question, signal);
  };
  const indexDocuments = async (documents: readonly IndexDocument[]) => {
    for (let at = 0; at < documents.length; at += batch) await ask('index', documents.slice(at, at + batch));
  };

  return {
    settingsVersion,
    indexDocuments,
    index: (documents) => indexDocuments(documents.map(toIndexDocument)),
    remove: async (ids) => {
      await ask('remove', ids);
    },
    search: async (query, { signal } = {}) => {
      if (query.offset + query.limit > deepestResult) throw new RangeError(`Results end at ${deepestResult}`);
      return ask('search', query, signal);
    },
    similar: (id, viewer, limit, { signal } = {}) => ask('similar', { id, viewer, limit }, signal),
    has: async (id) => (await ask('revisions', [id])).has(id),
    revisions: (ids) => ask('revisions', ids),
    containsPhrase: (phrase) => ask('containsPhrase', phrase),
    entries: (page) => ask('entries', page),
    count: () => ask('count', null),
    isWhole: () => ask('isWhole', null),
    setWhole: async (whole) => {
      await ask('setWhole', whole);
    },
    clear: async () => {
      await ask('clear', null);
    },
    health: async () => {
      try {
        const count = await ask('count', null, AbortSignal.timeout(healthDeadline));
        return { ok: true, detail: `Embedded index, ${count} documents` };
      } catch (error) {
        const detail = error instanceof SearchUnavailable ? error.message : 'The index thread does not answer';
        return { ok: false, detail };
      }
    },
    close: async () => {
      if (closed) return;
      closed = true;
      clearTimeout(restarting);
      const last = thread;
      await last?.ask('close', null).catch(() => undefined);
      await last?.stop();
    },
  };
}
