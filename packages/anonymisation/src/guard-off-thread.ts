import { Worker } from 'node:worker_threads';
import type { AnonymityCheck, AnonymityOptions, AnonymityResult } from './check-anonymity.ts';
import type { GuardReply, GuardRequest } from './guard-worker.ts';

/** Why a check that did not end counts as a check that blocked. */
export type GuardBlock = { readonly blocked: 'failed' | 'timed-out' | 'closed' };

export type Guard = {
  /** Checks a draft off the event loop. Never rejects: whatever goes wrong is a block. */
  check(input: AnonymityCheck, options?: Pick<AnonymityOptions, 'profile'>): Promise<AnonymityResult | GuardBlock>;
  /** Ends the thread. Checks under way and later ones are blocked. */
  close(): Promise<void>;
};

type Waiting = { readonly request: GuardRequest; readonly answer: (result: AnonymityResult | GuardBlock) => void };

/**
 * The guard in a worker thread, one check at a time. A check that takes longer than `timeoutMs` is blocked and its thread
 * killed and replaced; a thread that dies blocks the check it held and no other. The time a check waits for its turn does not
 * count. `worker` is for tests.
 */
export function createGuard(settings: { readonly timeoutMs: number; readonly worker?: URL }): Guard {
  const script = settings.worker ?? new URL('./guard-worker.ts', import.meta.url);
  const queue: Waiting[] = [];
  let thread: Worker | undefined;
  let current: { readonly waiting: Waiting; readonly timer: NodeJS.Timeout } | undefined;
  let nextId = 1;
  let closed = false;

  const settle = (result: AnonymityResult | GuardBlock) => {
    if (current) {
      clearTimeout(current.timer);
      const { waiting } = current;
      current = undefined;
      waiting.answer(result);
    }
    startNext();
  };

  const drop = (ended: Worker | undefined, reason: GuardBlock['blocked']) => {
    if (ended === undefined || ended !== thread) {
      return;
    }
    thread = undefined;
    ended.removeAllListeners();
    // A thread that is being killed may still report an error, and an unheard error ends the process.
    ended.on('error', () => {});
    void ended.terminate();
    settle({ blocked: reason });
  };

  const start = (): Worker => {
    const started = new Worker(script);
    started.unref();
    started.on('message', (reply: GuardReply) => {
      if (current?.waiting.request.id === reply.id) {
        settle('failed' in reply ? { blocked: 'failed' } : reply.result);
      }
    });
    started.on('error', () => drop(started, 'failed'));
    started.on('messageerror', () => drop(started, 'failed'));
    started.on('exit', () => drop(started, 'failed'));
    return started;
  };

  const startNext = () => {
    if (current || closed) {
      return;
    }
    const waiting = queue.shift();
    if (!waiting) {
      thread?.unref();
      return;
    }
    try {
      thread ??= start();
      const busy = thread;
      busy.ref();
      current = { waiting, timer: setTimeout(() => drop(busy, 'timed-out'), settings.timeoutMs) };
      busy.postMessage(waiting.request);
    } catch {
      // A draft that cannot be sent to the thread cannot be checked.
      if (current) {
        settle({ blocked: 'failed' });
      } else {
        waiting.answer({ blocked: 'failed' });
        startNext();
      }
    }
  };

  return {
    check(input, options = {}) {
      if (closed) {
        return Promise.resolve({ blocked: 'closed' });
      }
      return new Promise((answer) => {
        const request = { id: nextId++, input, options: { ...options, deadlineMs: settings.timeoutMs } };
        queue.push({ request, answer });
        startNext();
      });
    },
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) {
        waiting.answer({ blocked: 'closed' });
      }
      const ended = thread;
      thread = undefined;
      if (current) {
        settle({ blocked: 'closed' });
      }
      ended?.removeAllListeners();
      ended?.on('error', () => {});
      await ended?.terminate();
    },
  };
}
