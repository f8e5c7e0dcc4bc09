import { errorCode } from './errors.ts';
import {
  backoffMs,
  drainFailureLimit,
  type JobHandler,
  type JobOptions,
  type Jobs,
  notDrained,
  stopTimeoutMs,
} from './jobs.ts';
import type { Logger } from './logger.ts';

type Job = {
  name: string;
  handler: JobHandler;
  everyMs: number | undefined;
  woken: boolean;
  running: Promise<void> | undefined;
  failures: number;
  retry: NodeJS.Timeout | undefined;
  /** One timer for each moment that somebody asked for; a run before that moment does not answer it. */
  later: Map<number, NodeJS.Timeout>;
  sweep: NodeJS.Timeout | undefined;
};

/** Moments asked for within this many milliseconds of each other become one. */
const laterGrainMs = 50;

/** {@link Jobs} that live and die with this process: the embedded default. */
export function inProcessJobs({ log }: { log?: Logger } = {}): Jobs {
  const jobs = new Map<string, Job>();
  let state: 'defining' | 'started' | 'stopped' = 'defining';

  function jobNamed(name: string): Job {
    const job = jobs.get(name);
    if (!job) throw new Error(`No job is called "${name}".`);
    return job;
  }

  function runIfWoken(job: Job): void {
    if (state !== 'started' || !job.woken || job.running) return;
    job.woken = false;
    clearTimeout(job.retry);
    job.retry = undefined;
    // Not on the stack of whoever woke it, which may be the handler itself.
    job.running = Promise.resolve(job)
      .then(run)
      .then(() => {
        job.running = undefined;
        runIfWoken(job);
      });
  }

  async function run(job: Job): Promise<void> {
    try {
      await job.handler();
      job.failures = 0;
    } catch (error) {
      job.failures += 1;
      // The retry also answers whoever woke the job during the run; running at once would defeat the back-off.
      job.woken = false;
      const delay = backoffMs(job.failures);
      log?.warn({ job: job.name, code: errorCode(error), failures: job.failures, retryInMs: delay }, 'a job failed');
      if (state === 'started') job.retry = setTimeout(wakeNow, delay, job);
    }
  }

  function wakeNow(job: Job): void {
    job.woken = true;
    runIfWoken(job);
  }

  function wakeLater(job: Job, afterMs: number): void {
    const moment = Math.ceil((performance.now() + afterMs) / laterGrainMs) * laterGrainMs;
    if (job.later.has(moment)) return;
    const wakeAtMoment = () => {
      job.later.delete(moment);
      wakeNow(job);
    };
    // A timer may fire up to a millisecond early.
    job.later.set(moment, setTimeout(wakeAtMoment, Math.ceil(moment - performance.now()) + 1));
  }

  async function settle(job: Job): Promise<void> {
    const limit = job.failures + drainFailureLimit;
    while (job.running || job.retry || job.woken) {
      if (job.failures >= limit) {
        throw notDrained(job.name, job.failures);
      }
      if (job.retry) wakeNow(job);
      await job.running;
    }
  }

  return {
    define(name: string, handler: JobHandler, options: JobOptions = {}) {
      if (state !== 'defining') throw new Error(`The job "${name}" is defined after the start.`);
      if (jobs.has(name)) throw new Error(`The job "${name}" is defined twice.`);
      jobs.set(name, {
        name,
        handler,
        everyMs: options.everyMs,
        woken: false,
        running: undefined,
        failures: 0,
        retry: undefined,
        later: new Map(),
        sweep: undefined,
      });
    },

    async start() {
      if (state !== 'defining') throw new Error('Jobs are started once.');
      state = 'started';
      for (const job of jobs.values()) {
        if (job.everyMs !== undefined) {
          job.woken = true;
          job.sweep = setInterval(wakeNow, job.everyMs, job);
        }
        runIfWoken(job);
      }
    },

    async wake(name, { afterMs = 0 } = {}) {
      const job = jobNamed(name);
      if (state === 'stopped') return;
      if (afterMs > 0) wakeLater(job, afterMs);
      else wakeNow(job);
    },

    async drain() {
      if (state !== 'started') return;
      const busy = () => [...jobs.values()].filter((job) => job.running || job.retry || job.woken);
      for (let waiting = busy(); waiting.length > 0; waiting = busy()) await Promise.all(waiting.map(settle));
    },

    async stop() {
      state = 'stopped';
      for (const job of jobs.values()) {
        clearTimeout(job.retry);
        clearInterval(job.sweep);
        for (const timer of job.later.values()) clearTimeout(timer);
        job.later.clear();
        job.woken = false;
        job.retry = undefined;
      }
      const running = Promise.all([...jobs.values()].map((job) => job.running));
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, stopTimeoutMs).unref())]);
    },

    async health() {
      const failing = [...jobs.values()].filter((job) => job.failures > 0).map((job) => job.name);
      if (state !== 'started') return { ok: false, detail: 'Jobs are not running in this process.' };
      if (failing.length > 0) return { ok: true, detail: `Jobs run in this process; retrying ${failing.join(', ')}.` };
      return { ok: true, detail: 'Jobs run in this process.' };
    },
  };
}
