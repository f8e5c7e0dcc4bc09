import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type DemoLearning, readDemoLearning } from '../demo/demo-learning.ts';
import { type DemoAuthority, readDemoAuthorities } from '../demo/demo-people.ts';
import { readDemoReturns } from '../demo/demo-returns.ts';
import { readDemoStatements } from '../demo/demo-statements.ts';
import { bundleWorkers } from './bundle-workers.ts';
import { type CrashingPostgres, startCrashingPostgres } from './crashing-postgres.ts';

/** What every run shares: the servers, and what authors write about. */
export type World = {
  readonly directory: string;
  /** Where the processes under test were bundled to. */
  readonly worker: Awaited<ReturnType<typeof bundleWorkers>>;
  readonly postgres: CrashingPostgres;
  readonly redis: { readonly url: string; flush(): Promise<void> } | null;
  readonly meilisearch: { readonly url: string } | null;
  readonly authorities: readonly DemoAuthority[];
  readonly learning: readonly DemoLearning[];
  readonly statements: Awaited<ReturnType<typeof readDemoStatements>>;
  readonly returns: Awaited<ReturnType<typeof readDemoReturns>>;
  close(): Promise<void>;
};

/** Starts PostgreSQL, and Redis and Meilisearch where they are on the PATH, in a directory that is thrown away afterwards. */
export async function createWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'practice-exchange-faults-'));
  await mkdir(join(directory, 'logs'));
  const [postgres, worker, redis, meilisearch] = await Promise.all([
    startCrashingPostgres(join(directory, 'data')),
    bundleWorkers(join(directory, 'workers')),
    startRedis(directory),
    startMeilisearch(directory),
  ]);
  return {
    directory,
    worker,
    postgres,
    redis,
    meilisearch,
    authorities: await readDemoAuthorities(),
    learning: await readDemoLearning(),
    statements: await readDemoStatements(),
    returns: await readDemoReturns(),
    async close() {
      await redis?.stop();
      await meilisearch?.stop();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startRedis(directory: string) {
  if (!isOnPath('redis-server')) return null;
  const port = await takeFreePort();
  const child = start('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', '']);
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on('error', () => undefined);
  await client.ping();
  return {
    url,
    flush: async () => void (await client.flushall()),
    async stop() {
      client.disconnect();
      await endServer(child);
    },
  };
}

async function startMeilisearch(directory: string) {
  if (!isOnPath('meilisearch')) return null;
  const port = await takeFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = start('meilisearch', [
    ...['--http-addr', `127.0.0.1:${port}`, '--db-path', join(directory, 'meilisearch')],
    ...['--dump-dir', join(directory, 'dumps'), '--no-analytics', '--log-level', 'ERROR'],
  ]);
  for (let attempt = 0; ; attempt += 1) {
    const answered = await fetch(`${url}/health`).then(
      () => true,
      () => false,
    );
    if (answered) return { url, stop: () => endServer(child) };
    if (attempt === 100) throw new Error('Meilisearch does not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isOnPath(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function start(program: string, args: string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function takeFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
