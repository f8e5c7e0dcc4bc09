import { Worker } from 'node:worker_threads';
import type { IndexDocument } from '../index-document.ts';
import { toIndexDocument } from '../learning-document.ts';
import { deepestResult, type LearningIndex, SearchUnavailable } from '../learning-index.ts';
import { settingsVersionOf } from '../settings-version.ts';
import type { Operation, Operations, Ready, Reply } from './messages.ts';

/** Documents sent to the thread at a time, so that questions are answered between. */
const batch = 250;

type Waiting = { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void };

/**
 * The embedded index: in memory, in a thread of its own, with nothing to install.
 *
 * With `snapshotPath` it begins from the file there, if that was saved with the same settings, and saves itself some seconds
 * after the last change and on `close`. Removing or replacing a document deletes the file first, so that no snapshot outlives
 * a withdrawal. A missing snapshot leaves an empty index, which the hub fills from its database.
 */
export async function embeddedIndex(options: { readonly snapshotPath?: string } = {}): Promise<LearningIndex> {
  const settingsVersion = settingsVersionOf('embedded');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { snapshotPath: options.snapshotPath ?? null, settingsVersion },
  });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let gone: SearchUnavailable | undefined;

  const fail = (detail: string) => {
    gone ??= new SearchUnavailable(detail);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  await new Promise<void>((resolve, reject) => {
    worker.once('message', (message: Ready) =>
      message.ready ? resolve() : reject(new SearchUnavailable('The index thread did not start')),
    );
    worker.once('error', () => reject(new SearchUnavailable('The index thread did not start')));
  });
  worker.on('error', () => fail('The index thread has failed'));
  worker.on('exit', () => fail('The index is closed'));
  worker.on('message', (reply: Reply) => {
    const waiter = waiting.get(reply.number);
    waiting.delete(reply.number);
    if ('failed' in reply) waiter?.reject(new SearchUnavailable(`The index could not answer (${reply.failed})`));
    else waiter?.resolve(reply.answer);
  });

  const ask = <O extends Operation>(operation: O, question: Operations[O]['ask'], signal?: AbortSignal) =>
    new Promise<Operations[O]['answer']>((resolve, reject) => {
      if (gone !== undefined) return reject(gone);
      if (signal?.aborted) return reject(signal.reason);
      const number = next++;
      const abort = () => {
        waiting.delete(number);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      const settled = () => signal?.removeEventListener('abort', abort);
      waiting.set(number, {
        resolve: (answer) => {
          settled();
          resolve(answer as Operations[O]['answer']);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      worker.postMessage({ number, operation, ask: question });
    });

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
    similar: (id, viewer, limit) => ask('similar', { id, viewer, limit }),
    has: async (id) => (await ask('revisions', [id])).has(id),
    revisions: (ids) => ask('revisions', ids),
    containsPhrase: (phrase) => ask('containsPhrase', phrase),
    entries: (page) => ask('entries', page),
    count: () => ask('count', null),
    clear: async () => {
      await ask('clear', null);
    },
    health: async () => {
      if (gone !== undefined) return { ok: false, detail: gone.message };
      return { ok: true, detail: `Embedded index, ${await ask('count', null)} documents` };
    },
    close: async () => {
      if (gone !== undefined) return;
      await ask('close', null);
      await worker.terminate();
    },
  };
}
