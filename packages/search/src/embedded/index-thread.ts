import { Worker } from 'node:worker_threads';
import { SearchUnavailable } from '../learning-index.ts';
import type { FromThread, Operation, Operations, ToThread } from './messages.ts';

/** One thread that holds an index. It does not come back: when it ends, every question to it is refused. */
export type IndexThread = {
  ask<O extends Operation>(
    operation: O,
    question: Operations[O]['ask'],
    signal?: AbortSignal,
  ): Promise<Operations[O]['answer']>;
  /** Resolves when the thread has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

type Waiting = { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void };

/** How often a thread that owes an answer is asked for a sign of life. */
const heartbeat = 1_000;

/**
 * Starts a thread and waits until its index is loaded. A thread that owes an answer and gives no sign of life for `patience`
 * milliseconds is ended: it hangs. Rejects with `SearchUnavailable` when the thread does not start.
 */
export async function startIndexThread(
  data: { readonly snapshotPath: string | null; readonly settingsVersion: string },
  patience: number,
): Promise<IndexThread> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data });
  const post = (message: ToThread) => worker.postMessage(message);
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let heard = performance.now();
  let gone: SearchUnavailable | undefined;

  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      gone = new SearchUnavailable('The index thread has ended');
      clearInterval(watch);
      for (const { reject } of waiting.values()) reject(gone);
      waiting.clear();
      resolve();
    });
  });
  worker.on('error', () => undefined);

  const isSilent = () => waiting.size > 0 && performance.now() - heard > patience;
  const watch = setInterval(() => {
    if (waiting.size === 0) return;
    post({ ping: true });
    // When this process itself was held up, the signs of life are still to be read.
    if (isSilent()) setImmediate(() => isSilent() && void worker.terminate());
  }, heartbeat);
  watch.unref();

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      heard = performance.now();
      if ('ready' in message) return resolve();
      if ('pong' in message) return;
      const waiter = waiting.get(message.number);
      waiting.delete(message.number);
      if ('failed' in message) {
        waiter?.reject(new SearchUnavailable(`The index could not answer (${message.failed})`));
      } else {
        waiter?.resolve(message.answer);
      }
    });
    void ended.then(() => reject(new SearchUnavailable('The index thread did not start')));
  });

  return {
    ended,
    stop: async () => {
      await worker.terminate();
    },
    ask: <O extends Operation>(operation: O, ask: Operations[O]['ask'], signal?: AbortSignal) =>
      new Promise<Operations[O]['answer']>((resolve, reject) => {
        if (gone !== undefined) return reject(gone);
        if (signal?.aborted) return reject(signal.reason);
        const number = next++;
        // The question stays owed, so that a thread that hangs is found out even when nobody waits any more.
        const abort = () => reject(signal?.reason);
        signal?.addEventListener('abort', abort, { once: true });
        if (waiting.size === 0) heard = performance.now();
        waiting.set(number, {
          resolve: (answer) => {
            signal?.removeEventListener('abort', abort);
            resolve(answer as Operations[O]['answer']);
          },
          reject: (error) => {
            signal?.removeEventListener('abort', abort);
            reject(error);
          },
        });
        post({ number, operation, ask } as ToThread);
      }),
  };
}
