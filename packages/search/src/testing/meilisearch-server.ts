import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A real Meilisearch to test against or to measure. */
export type RealMeilisearch = {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** What can be done to a server of our own and not to one that was given. */
  readonly process?: {
    /** Stops it where it stands, without a chance to tidy up; `start` brings it back on the same port, with the same data. */
    kill(): Promise<void>;
    start(): Promise<void>;
    /** Freezes it: connections open and nothing answers. */
    freeze(): void;
    thaw(): void;
    /** Takes its data away while it is down. */
    wipe(): Promise<void>;
    memoryBytes(): Promise<number>;
    /** Where its data and its log are. */
    readonly folder: string;
  };
  readonly stop: () => Promise<void>;
};

/**
 * The server at `MEILI_URL` (with `MEILI_API_KEY`), or one started from a `meilisearch` on the PATH, on a free port with data of its own
 * that `stop` deletes; or why there is none. With `own`, a server that was given is no use, because the caller means to break it.
 */
export async function meilisearchServer(
  environment: NodeJS.ProcessEnv = process.env,
  { own = false } = {},
): Promise<RealMeilisearch | { readonly skip: string }> {
  const { MEILI_URL: url, MEILI_API_KEY: apiKey } = environment;
  if (url && !own) return { url, apiKey, stop: async () => undefined };
  const binary = await onPath('meilisearch', environment.PATH ?? '');
  if (binary === undefined) {
    return { skip: own ? 'no meilisearch on the PATH' : 'no MEILI_URL and no meilisearch on the PATH' };
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'meilisearch-'));
  const data = path.join(folder, 'db');
  const address = `127.0.0.1:${await freePort()}`;
  const local = `http://${address}`;
  let child: ChildProcess | undefined;

  const start = async () => {
    // Without a limit each task sets out with a share of the machine's memory.
    const small = ['--max-indexing-memory', '256Mb', '--max-indexing-threads', '1'];
    const options = ['--no-analytics', '--env', 'development', '--http-addr', address, '--db-path', data, ...small];
    const log = await open(path.join(folder, 'meilisearch.log'), 'a');
    child = spawn(binary, options, { cwd: folder, stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    if (!(await healthy(local, child))) throw new Error('The meilisearch on the PATH does not start');
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    await ended;
  };
  const stop = async () => {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: local,
    apiKey: undefined,
    stop,
    process: {
      kill: () => end('SIGKILL'),
      start,
      freeze: () => void child?.kill('SIGSTOP'),
      thaw: () => void child?.kill('SIGCONT'),
      wipe: () => rm(data, { recursive: true, force: true }),
      memoryBytes: () => residentBytes(child?.pid),
      folder,
    },
  };
}

async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
}

async function onPath(name: string, folders: string): Promise<string | undefined> {
  for (const folder of folders.split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      await access(file);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function healthy(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 600 && child.exitCode === null; attempt += 1) {
    const ok = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return true;
    await setTimeout(50);
  }
  return false;
}
