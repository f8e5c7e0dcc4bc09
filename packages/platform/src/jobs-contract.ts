import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from './errors.ts';
import type { Jobs } from './jobs.ts';
import type { Logger } from './logger.ts';

type LogLine = Record<string, unknown>;

/** What every adapter of {@link Jobs} must do. `create` gives a new one that shares nothing with those before it. */
export function jobsContract(create: (log: Logger) => Jobs): void {
  let jobs: Jobs;
  let lines: LogLine[];

  beforeEach(() => {
    lines = [];
    const write = (line: LogLine) => void lines.push(line);
    const log = { trace: write, debug: () => undefined, info: write, warn: write, error: write, fatal: write };
    jobs = create(log as unknown as Logger);
  });
  afterEach(() => jobs.stop());

  const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 5 });

  /** A handler that counts its runs and can be held up. */
  function counted() {
    const held: (() => void)[] = [];
    const counter = {
      begun: 0,
      ended: 0,
      overlapped: false,
      hold: false,
      release() {
        for (const resume of held.splice(0)) resume();
      },
      async handler() {
        counter.begun += 1;
        if (counter.begun - counter.ended > 1) counter.overlapped = true;
        if (counter.hold) await new Promise<void>((resume) => held.push(resume));
        counter.ended += 1;
      },
    };
    return counter;
  }

  describe('waking', () => {
    it('runs the handler, beginning after the wake', async () => {
      let written = 'before';
      const seen: string[] = [];
      jobs.define('look', async () => void seen.push(written));
      await jobs.start();
      expect(seen).toEqual([]);
      written = 'after';
      await jobs.wake('look');
      await until(() => seen.length > 0);
      expect(seen.at(-1)).toBe('after');
    });

    it('keeps a wake given before the start until the start', async () => {
      const job = counted();
      jobs.define('early', job.handler);
      await jobs.wake('early');
      expect(job.begun).toBe(0);
      await jobs.start();
      await until(() => job.ended === 1);
    });

    it('runs again for a wake during a run, and never twice at a time', async () => {
      const job = counted();
      job.hold = true;
      jobs.define('busy', job.handler);
      await jobs.start();
      await jobs.wake('busy');
      await until(() => job.begun === 1);
      for (let times = 0; times < 20; times += 1) await jobs.wake('busy');
      expect(job.begun).toBe(1);
      job.hold = false;
      job.release();
      await until(() => job.ended >= 2);
      await jobs.drain();
      expect(job.ended).toBe(2);
      expect(job.overlapped).toBe(false);
    });

    it('turns many wakes into few runs', async () => {
      const job = counted();
      jobs.define('often', job.handler);
      await jobs.start();
      await Promise.all(Array.from({ length: 200 }, () => jobs.wake('often')));
      await jobs.drain();
      expect(job.ended).toBeGreaterThan(0);
      expect(job.ended).toBeLessThan(50);
    });

    it('loses no wake: after every one, a run sees what was written before it', async () => {
      let written = 0;
      let seen = 0;
      jobs.define('follow', async () => {
        const value = written;
        await Promise.resolve();
        seen = value;
      });
      await jobs.start();
      for (let round = 1; round <= 60; round += 1) {
        written = round;
        await jobs.wake('follow');
        if (round % 3 === 0) {
          await until(() => seen === round);
        }
      }
      await jobs.drain();
      expect(seen).toBe(60);
    });

    it('does not run before the time asked for, and runs after it', async () => {
      const begun: number[] = [];
      jobs.define('later', async () => void begun.push(Date.now()));
      await jobs.start();
      const asked = Date.now();
      await jobs.wake('later', { afterMs: 300 });
      await until(() => begun.length > 0);
      expect((begun[0] ?? 0) - asked).toBeGreaterThanOrEqual(300);
    });

    it('answers a later wake by a later run, even if an earlier one ran meanwhile', async () => {
      const begun: number[] = [];
      jobs.define('both', async () => void begun.push(Date.now()));
      await jobs.start();
      const asked = Date.now();
      await jobs.wake('both', { afterMs: 600 });
      await jobs.wake('both', { afterMs: 100 });
      await jobs.wake('both');
      await until(() => begun.some((at) => at - asked >= 600));
      expect(begun.some((at) => at - asked < 600)).toBe(true);
    });

    it('refuses a name that nobody defined, a second definition and one after the start', async () => {
      const { handler } = counted();
      jobs.define('known', handler);
      await expect(jobs.wake('unknown')).rejects.toThrow(/unknown/);
      expect(() => jobs.define('known', handler)).toThrow(/twice/);
      await jobs.start();
      expect(() => jobs.define('late', handler)).toThrow(/after the start/);
    });
  });

  describe('sweeping', () => {
    it('runs at the start and then regularly', async () => {
      const job = counted();
      jobs.define('sweep', job.handler, { everyMs: 100 });
      await jobs.start();
      await until(() => job.ended >= 4);
    });
  });

  describe('failing', () => {
    it('is retried until it succeeds, and logged by its code alone', async () => {
      let runs = 0;
      jobs.define('fragile', async () => {
        runs += 1;
        const message = 'dad will not let us see the child';
        if (runs === 1) throw new AppError({ code: 'hub-away', status: 503, title: 'Away', message });
        if (runs === 2) throw new Error(message);
      });
      await jobs.start();
      await jobs.wake('fragile');
      await until(() => runs === 3);
      const failed = lines.filter((line) => line.job === 'fragile');
      expect(failed.map((line) => [line.code, line.failures])).toEqual([
        ['hub-away', 1],
        ['Error', 2],
      ]);
      expect(JSON.stringify(lines)).not.toContain('dad will');
    });

    it('waits longer each time, however often the job wakes itself', async () => {
      const begun: number[] = [];
      jobs.define('self', async () => {
        begun.push(Date.now());
        await jobs.wake('self');
        throw new Error('on purpose');
      });
      await jobs.start();
      await jobs.wake('self');
      await until(() => begun.length >= 4);
      // Three back-offs, of at least 100, 200 and 400 ms; a loop without them takes a few.
      expect((begun[3] ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(690);
    });

    it('leaves other jobs alone', async () => {
      const other = counted();
      jobs.define('broken', () => Promise.reject(new Error('on purpose')));
      jobs.define('sound', other.handler);
      await jobs.start();
      await jobs.wake('broken');
      await until(() => lines.length > 0);
      await jobs.wake('sound');
      await until(() => other.ended === 1);
      expect((await jobs.health()).detail).toMatch(/broken/);
    });

    it('survives a handler that throws before it gives a promise', async () => {
      let runs = 0;
      jobs.define('sudden', () => {
        runs += 1;
        if (runs === 1) throw new Error('on purpose');
        return Promise.resolve();
      });
      await jobs.start();
      await jobs.wake('sudden');
      await until(() => runs === 2);
    });
  });

  describe('draining', () => {
    it('waits for what is running, for what that wakes, and for what was woken', async () => {
      const order: string[] = [];
      jobs.define('first', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('first');
        await jobs.wake('second');
      });
      jobs.define('second', async () => {
        order.push('second');
        if (order.filter((name) => name === 'second').length < 3) await jobs.wake('first');
      });
      await jobs.start();
      await jobs.wake('first');
      await jobs.drain();
      expect(order).toEqual(['first', 'second', 'first', 'second', 'first', 'second']);
    });

    it('runs retries at once', async () => {
      let runs = 0;
      jobs.define('flaky', async () => {
        runs += 1;
        if (runs < 4) throw new Error('on purpose');
      });
      await jobs.start();
      await jobs.wake('flaky');
      const begun = performance.now();
      await jobs.drain();
      expect(runs).toBe(4);
      // Waiting out the three back-offs would take 0.7 to 1.4 s.
      expect(performance.now() - begun).toBeLessThan(650);
    });

    it('rejects when a handler goes on failing, instead of saying that all is done', async () => {
      jobs.define('hopeless', () => Promise.reject(new Error('on purpose')));
      await jobs.start();
      await jobs.wake('hopeless');
      await expect(jobs.drain()).rejects.toMatchObject({ code: 'jobs-not-drained', message: /hopeless/ });
    });

    it('does not wait for what is to run later', async () => {
      const job = counted();
      jobs.define('tomorrow', job.handler);
      await jobs.start();
      await jobs.wake('tomorrow', { afterMs: 86_400_000 });
      await jobs.drain();
      expect(job.begun).toBe(0);
    });
  });

  describe('stopping', () => {
    it('waits for the running handler and takes no more', async () => {
      const job = counted();
      job.hold = true;
      jobs.define('last', job.handler, { everyMs: 50 });
      await jobs.start();
      await until(() => job.begun === 1);
      await jobs.wake('last');
      const stopped = jobs.stop();
      job.hold = false;
      job.release();
      await stopped;
      expect(job.ended).toBe(1);
      await jobs.wake('last');
      await jobs.stop();
      expect(job.begun).toBe(1);
      expect((await jobs.health()).ok).toBe(false);
    });

    it('does not wait for ever for a handler that hangs', async () => {
      const job = counted();
      job.hold = true;
      jobs.define('stuck', job.handler);
      await jobs.start();
      await jobs.wake('stuck');
      await until(() => job.begun === 1);
      const begun = performance.now();
      await jobs.stop();
      expect(performance.now() - begun).toBeLessThan(4_500);
      expect(job.ended).toBe(0);
      job.release();
    });
  });

  it('is healthy once started', async () => {
    jobs.define('any', counted().handler);
    await jobs.start();
    await jobs.wake('any');
    await jobs.drain();
    expect((await jobs.health()).ok).toBe(true);
  });
}
