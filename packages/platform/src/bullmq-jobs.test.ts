import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bullmqJobs } from './bullmq-jobs.ts';
import { newId } from './identifiers.ts';
import { jobsContract } from './jobs-contract.ts';
import { redisMissing, startTestRedis, type TestRedis } from './testing/index.ts';

const missing = redisMissing();
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 5 });

describe.skipIf(missing)(`jobs on Redis${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis?.stop());

  jobsContract((log) => bullmqJobs({ redisUrl: redis.url, prefix: `test-${newId()}`, log }));

  it('are run by another process than the one that woke them', async () => {
    const prefix = `test-${newId()}`;
    const [waking, running] = [0, 1].map(() => bullmqJobs({ redisUrl: redis.url, prefix }));
    let runs = 0;
    waking?.define('shared', () => Promise.reject(new Error('this process was not to run it')));
    running?.define('shared', async () => {
      runs += 1;
    });
    await running?.start();
    await waking?.wake('shared');
    await until(() => runs === 1);
    await Promise.all([waking?.stop(), running?.stop()]);
  });

  it('that a killed process had begun are begun anew within seconds', async () => {
    const prefix = `test-${newId()}`;
    const child = fork(new URL('./testing/job-process.ts', import.meta.url), [redis.url, prefix]);
    await once(child, 'message');
    child.kill('SIGKILL');
    const killed = performance.now();
    const jobs = bullmqJobs({ redisUrl: redis.url, prefix });
    let runs = 0;
    jobs.define('held', async () => {
      runs += 1;
    });
    await jobs.start();
    await until(() => runs === 1);
    expect(performance.now() - killed).toBeLessThan(6_000);
    await jobs.stop();
  });

  it('with a concurrency of 1 never overlap, over several processes', async () => {
    const prefix = `test-${newId()}`;
    const fleet = [0, 1, 2].map(() => bullmqJobs({ redisUrl: redis.url, prefix }));
    let running = 0;
    let most = 0;
    let runs = 0;
    for (const jobs of fleet) {
      const work = async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running -= 1;
        runs += 1;
      };
      jobs.define('alone', work, { concurrency: 1 });
    }
    await Promise.all(fleet.map((jobs) => jobs.start()));
    while (runs < 20) {
      await Promise.all(fleet.map((jobs) => jobs.wake('alone')));
    }
    await Promise.all(fleet.map((jobs) => jobs.stop()));
    expect(most).toBe(1);
  });

  it('with a sweep are swept about once per interval by several processes together', async () => {
    const prefix = `test-${newId()}`;
    const fleet = [0, 1, 2, 3].map(() => bullmqJobs({ redisUrl: redis.url, prefix }));
    const begun: number[] = [];
    for (const jobs of fleet) jobs.define('tick', async () => void begun.push(Date.now()), { everyMs: 200 });
    await Promise.all(fleet.map((jobs) => jobs.start()));
    const started = Date.now();
    await until(() => Date.now() - started > 2_000);
    await Promise.all(fleet.map((jobs) => jobs.stop()));
    // Ten intervals, and up to four sweeps at the start; without deduplication it would be over forty.
    expect(begun.length).toBeGreaterThanOrEqual(8);
    expect(begun.length).toBeLessThanOrEqual(15);
  });
});

describe.skipIf(missing)(`jobs on a Redis that fails${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('go on by themselves after it was emptied', async () => {
    const redis = await startTestRedis({ own: true });
    const jobs = bullmqJobs({ redisUrl: redis.url, prefix: 'flush' });
    let sweeps = 0;
    let runs = 0;
    jobs.define(
      'sweep',
      async () => {
        sweeps += 1;
      },
      { everyMs: 150 },
    );
    jobs.define('plain', async () => {
      runs += 1;
    });
    await jobs.start();
    await until(() => sweeps >= 2);
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    const before = sweeps;
    await until(() => sweeps >= before + 2);
    await jobs.wake('plain');
    await until(() => runs === 1);
    await jobs.stop();
    await redis.stop();
  });

  it('go on by themselves after it crashed and came back empty, with the wakes given meanwhile', async () => {
    const redis = await startTestRedis({ own: true });
    const jobs = bullmqJobs({ redisUrl: redis.url, prefix: 'crash' });
    let sweeps = 0;
    let runs = 0;
    jobs.define(
      'sweep',
      async () => {
        sweeps += 1;
      },
      { everyMs: 150 },
    );
    jobs.define('plain', async () => {
      runs += 1;
    });
    await jobs.start();
    await until(() => sweeps >= 2);
    await redis.crash();
    await vi.waitUntil(async () => !(await jobs.health()).ok, { timeout: 5_000 });
    const begun = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => jobs.wake('plain')));
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(runs).toBe(0);
    const before = sweeps;
    await redis.restart();
    await until(() => runs > 0 && sweeps >= before + 2);
    expect(runs).toBeLessThanOrEqual(3);
    expect((await jobs.health()).ok).toBe(true);
    await jobs.stop();
    await redis.stop();
  });

  it('start, wake and stop while it is away', async () => {
    const redis = await startTestRedis({ own: true });
    await redis.crash();
    const jobs = bullmqJobs({ redisUrl: redis.url, prefix: 'away' });
    let runs = 0;
    jobs.define(
      'plain',
      async () => {
        runs += 1;
      },
      { everyMs: 1_000, concurrency: 1 },
    );
    await jobs.start();
    await jobs.wake('plain');
    expect(await jobs.health()).toMatchObject({ ok: false });
    const begun = performance.now();
    await jobs.stop();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(runs).toBe(0);
    await redis.stop();
  });
});
