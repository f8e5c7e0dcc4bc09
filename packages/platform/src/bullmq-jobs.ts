import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
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

export type BullmqJobsOptions = {
  /** `redis://…` or `rediss://…` */
  redisUrl: string;
  /** What every key in Redis begins with: services that share a Redis have different ones. */
  prefix: string;
  log?: Logger;
};

type Defined = {
  name: string;
  handler: JobHandler;
  options: JobOptions;
  queue: Queue;
  worker: Worker | undefined;
  /** Failures in a row in this process; only for the back-off, so it need not survive. */
  failures: number;
  /** By deduplication id: the add under way, and the one that waits for it. */
  adding: Map<string, { now: Promise<void>; next: Promise<void> | undefined }>;
};

/** A deduplication key outlives its job at most this long, should it ever be left behind. */
const deduplicationMs = 60_000;
const wakePatienceMs = 500;
const laterGrainMs = 250;
const upkeepMs = 10_000;
const untilItWorks = { attempts: 1_000_000, backoff: { type: 'fixed', delay: 1_000 } };

/**
 * {@link Jobs} on Redis, for several processes: one BullMQ queue for each job name. Redis may be away, restarted or
 * emptied: wakes given meanwhile are passed on when it is back, and sweeps go on, as each process gives them by its own
 * clock and Redis only keeps them from doubling.
 */
export function bullmqJobs({ redisUrl, prefix, log }: BullmqJobsOptions): Jobs {
  // BullMQ asks for unlimited retries; commands given while Redis is away wait in the client.
  const client = new Redis(redisUrl, { maxRetriesPerRequest: null, connectionName: prefix });
  const jobs = new Map<string, Defined>();
  const timers: NodeJS.Timeout[] = [];
  let state: 'defining' | 'started' | 'stopped' = 'defining';
  let runs = 0;
  let reachable = true;

  client.on('error', (error) => {
    if (reachable) log?.warn({ code: errorCode(error) }, 'Redis cannot be reached');
    reachable = false;
  });
  client.on('ready', () => {
    if (!reachable) log?.info('Redis is back');
    reachable = true;
  });

  function jobNamed(name: string): Defined {
    const job = jobs.get(name);
    if (!job) throw new Error(`No job is called "${name}".`);
    return job;
  }

  /** Adds a run, or joins one that waits under the same id and has not begun. At most two adds per id are under way. */
  function add(job: Defined, id: string, delay = 0, ttl = delay + deduplicationMs): Promise<void> {
    const current = job.adding.get(id);
    if (current) {
      // The add under way may already have led to a run that began before this wake.
      current.next ??= current.now.then(() => add(job, id, delay, ttl));
      return current.next;
    }
    const now = job.queue
      .add(
        job.name,
        {},
        { delay, deduplication: { id, ttl }, removeOnComplete: true, removeOnFail: true, ...untilItWorks },
      )
      .catch((error) => log?.warn({ job: job.name, code: errorCode(error) }, 'a job could not be woken'))
      .then(() => void job.adding.delete(id));
    job.adding.set(id, { now, next: undefined });
    return now;
  }

  async function run(job: Defined, queued: Job): Promise<void> {
    // From here on a wake makes a run of its own: this one has looked, or is about to.
    await queued.removeDeduplicationKey();
    runs += 1;
    try {
      await job.handler();
      job.failures = 0;
    } catch (error) {
      job.failures += 1;
      const delay = backoffMs(job.failures);
      log?.warn({ job: job.name, code: errorCode(error), failures: job.failures, retryInMs: delay }, 'a job failed');
      // The retry also answers whoever woke the job during the run; running at once would defeat the back-off.
      const woken = await waiting(job, 'wake');
      await woken?.remove().catch(() => undefined);
      await add(job, 'retry', delay);
    }
  }

  async function waiting(job: Defined, id: string): Promise<Job | undefined> {
    const jobId = await job.queue.getDeduplicationJobId(id);
    return jobId === null ? undefined : await job.queue.getJob(jobId);
  }

  /** Wakes the job once per interval over all processes: whoever comes first in it leaves a mark. */
  async function sweep(job: Defined, everyMs: number): Promise<void> {
    if (client.status !== 'ready') return;
    const mark = `${prefix}:${job.name}:sweep-${Math.floor(Date.now() / everyMs)}`;
    try {
      if ((await client.set(mark, '', 'PX', everyMs, 'NX')) === 'OK') await add(job, 'wake');
    } catch (error) {
      log?.debug({ job: job.name, code: errorCode(error) }, 'a sweep was missed');
    }
  }

  function startWorker(job: Defined): void {
    const { everyMs, concurrency } = job.options;
    job.worker = new Worker(job.name, (queued) => run(job, queued), {
      connection: client,
      prefix,
      concurrency: 1,
      // A killed process's run is begun anew within four seconds: a withdrawal may wait for it.
      lockDuration: 3_000,
      stalledInterval: 1_000,
      // A wake-up is never given up.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      runRetryDelay: 1_000,
    });
    job.worker.on('error', (error) => log?.debug({ job: job.name, code: errorCode(error) }, 'a worker met an error'));
    if (everyMs !== undefined) {
      void add(job, 'wake');
      timers.push(setInterval(sweep, everyMs, job, everyMs));
    }
    if (concurrency === 1) {
      const limit = () => void job.queue.setGlobalConcurrency(1).catch(() => undefined);
      limit();
      // The limit lies in Redis, which may be emptied.
      timers.push(setInterval(limit, upkeepMs));
    }
  }

  /** Whether the job has nothing running, due or woken; has its retry run at once. */
  async function isIdle(job: Defined): Promise<boolean> {
    if (job.adding.size > 0) return false;
    const retry = await waiting(job, 'retry');
    await retry?.promote().catch(() => undefined);
    const delayed = await job.queue.getDelayed();
    const due = delayed.filter((queued) => queued.timestamp + queued.delay <= Date.now());
    const counts = await job.queue.getJobCounts('waiting', 'active', 'prioritized');
    return !retry && due.length === 0 && Object.values(counts).every((count) => count === 0);
  }

  return {
    define(name, handler, options = {}) {
      if (state !== 'defining') throw new Error(`The job "${name}" is defined after the start.`);
      if (jobs.has(name)) throw new Error(`The job "${name}" is defined twice.`);
      const queue = new Queue(name, { connection: client, prefix });
      queue.on('error', (error) => log?.debug({ job: name, code: errorCode(error) }, 'a queue met an error'));
      jobs.set(name, { name, handler, options, queue, worker: undefined, failures: 0, adding: new Map() });
    },

    async start() {
      if (state !== 'defining') throw new Error('Jobs are started once.');
      state = 'started';
      for (const job of jobs.values()) startWorker(job);
    },

    async wake(name, { afterMs = 0 } = {}) {
      const job = jobNamed(name);
      if (state === 'stopped') return;
      const moment = Math.ceil((Date.now() + afterMs) / laterGrainMs) * laterGrainMs;
      const added = afterMs > 0 ? add(job, `at-${moment}`, moment - Date.now()) : add(job, 'wake');
      // While Redis is away the wake waits in the client; whoever gave it need not.
      await within(wakePatienceMs, added);
    },

    async drain() {
      if (state !== 'started') return;
      const limits = new Map([...jobs.values()].map((job) => [job, job.failures + drainFailureLimit]));
      // Jobs wake each other: nothing may have run between one look at all of them and the next.
      for (let runsBefore = -1; ; ) {
        const idle: boolean[] = [];
        const runsNow = runs;
        for (const [job, limit] of limits) {
          if (job.failures >= limit) throw notDrained(job.name, job.failures);
          idle.push(await isIdle(job));
        }
        const allIdle = idle.every(Boolean);
        if (allIdle && runsBefore === runsNow && runs === runsNow) return;
        runsBefore = allIdle ? runsNow : -1;
        if (!allIdle) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },

    async stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      for (const timer of timers) clearInterval(timer);
      const all = [...jobs.values()];
      const closed = Promise.all(all.map((job) => job.worker?.close()));
      if (!(await within(stopTimeoutMs, closed))) {
        log?.warn({ code: 'jobs-still-running' }, 'jobs were still running at the stop');
        void Promise.all(all.map((job) => job.worker?.close(true))).catch(() => undefined);
      }
      await within(200, Promise.all(all.map((job) => job.queue.close())));
      client.disconnect();
    },

    async health() {
      const failing = [...jobs.values()].filter((job) => job.failures > 0).map((job) => job.name);
      if (state === 'stopped') return { ok: false, detail: 'Jobs are stopped.' };
      if (client.status !== 'ready' || !(await within(1_000, client.ping()))) {
        return { ok: false, detail: 'Redis cannot be reached; wakes are kept until it is back.' };
      }
      return {
        ok: true,
        detail: failing.length > 0 ? `Redis answers; retrying ${failing.join(', ')}.` : 'Redis answers.',
      };
    },
  };
}

/** Whether `work` succeeded within the time; it goes on either way. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  return await Promise.race([done, late]).finally(() => clearTimeout(timer));
}
