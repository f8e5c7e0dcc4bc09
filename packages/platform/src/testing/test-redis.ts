import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.ts';

const redisServer = 'redis-server';

export type TestRedis = {
  url: string;
  /** Where it writes what it holds when it is told to save it; null for one that was given. */
  directory: string | null;
  /** Ends it at once, as a crash would; only for one that was started here. */
  crash(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Why tests cannot have a Redis, or `undefined` if they can: give it to `describe.skipIf` and in the suite's name. With
 * `CI=true` a missing Redis is an error and not a skip.
 */
export function redisMissing(): string | undefined {
  if (process.env.REDIS_URL || spawnSync(redisServer, ['--version']).status === 0) return undefined;
  const reason = 'no Redis: set REDIS_URL or put redis-server on the PATH';
  if (process.env.CI === 'true') throw new Error(`Tests have ${reason}.`);
  return reason;
}

/**
 * A Redis for a test file: the one at `REDIS_URL`, or a `redis-server` of its own on a free port that keeps nothing on
 * disk. With `own`, always the latter: for tests that empty it or end it.
 * @throws Error if there is none
 */
export async function startTestRedis({ own = false }: { own?: boolean } = {}): Promise<TestRedis> {
  const given = process.env.REDIS_URL;
  if (given && !own) {
    const notOurs = async () => {
      throw new Error('The Redis at REDIS_URL is not for a test to end.');
    };
    return { url: given, directory: null, crash: notOurs, restart: notOurs, stop: async () => undefined };
  }
  const directory = await mkdtemp(join(tmpdir(), 'practice-exchange-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child = await startServer(directory, port, url);
  return {
    url,
    directory,
    crash: () => endServer(child),
    async restart() {
      child = await startServer(directory, port, url);
    },
    async stop() {
      await endServer(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startServer(directory: string, port: number, url: string): Promise<ReturnType<typeof spawn>> {
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = spawn(redisServer, settings, { stdio: 'ignore' });
  const failed = once(child, 'error').then(([error]) => {
    throw error;
  });
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on('error', () => undefined);
  await Promise.race([client.ping(), failed]).finally(() => client.disconnect());
  return child;
}

async function endServer(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
