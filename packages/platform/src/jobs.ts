import { AppError } from './errors.ts';

/**
 * Work that happens after, and apart from, a request. A job is a wake-up, never the only place where work is recorded:
 * the handler looks in the database for what is to be done, so that losing every wake-up loses nothing.
 *
 * - *wake*: a request that a handler run at least once, beginning after the wake. Many wakes may become one run.
 * - *sweep*: the wake that an `everyMs` job gives itself, at the start and then regularly.
 * - *retry*: the wake that follows a run which threw, after an exponential back-off with jitter, 30 s at most.
 */
export interface Jobs {
  /** Names a job and what it does. Before {@link start}; a name once. */
  define(name: string, handler: JobHandler, options?: JobOptions): void;
  /**
   * Begins to run handlers in this process, first for every job with `everyMs` and for what was woken before. A process
   * that only wakes jobs for others to run (production) does not start.
   */
  start(): Promise<void>;
  /**
   * Has the handler run at least once, beginning after this call or, with `afterMs`, not before that time has passed. A
   * wake during a run causes another run. Never fails because a server is away: it is remembered and passed on later.
   * @throws Error if no job of that name is defined
   */
  wake(name: string, options?: { afterMs?: number }): Promise<void>;
  /**
   * Resolves when nothing is running, due or woken; runs retries at once instead of waiting for them. Wakes for a later
   * time (`afterMs`, the next sweep) stay. For tests and the demo.
   * @throws AppError `jobs-not-drained` if a handler fails five times in a row meanwhile
   */
  drain(): Promise<void>;
  /** Takes no more, waits up to three seconds for the running handlers. Safe to call twice. */
  stop(): Promise<void>;
  /** Whether jobs can be woken and run, and which are failing, in one sentence. */
  health(): Promise<{ ok: boolean; detail: string }>;
}

export type JobHandler = () => Promise<void>;

export type JobOptions = {
  /** Sweep at the start and at this interval. */
  everyMs?: number;
  /** A handler never overlaps itself within a process; with 1, not across the processes of a network either. */
  concurrency?: 1;
};

const backoffBaseMs = 200;
const backoffCapMs = 30_000;

/** How long to wait after a job's `failures`-th failure in a row: doubling from 0.2 s to 30 s, between half and all of it. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(backoffCapMs, backoffBaseMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(ceiling * (0.5 + random() / 2));
}

/** After how many failures in a row {@link Jobs.drain} gives up on a job. */
export const drainFailureLimit = 5;

/** What {@link Jobs.drain} rejects with. */
export function notDrained(name: string, failures: number): AppError {
  return new AppError({
    code: 'jobs-not-drained',
    status: 500,
    title: 'Jobs are failing',
    message: `The job "${name}" failed ${failures} times in a row.`,
  });
}

/** How long {@link Jobs.stop} waits for running handlers, in milliseconds. */
export const stopTimeoutMs = 3_000;
