import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A real Meilisearch to test against, or why there is none. */
export type TestEngine =
  | { readonly url: string; readonly apiKey: string | undefined; readonly stop: () => Promise<void> }
  | { readonly skip: string };

/**
 * The server at `MEILI_URL` (with `MEILI_API_KEY`), or one started from a `meilisearch` on the PATH, on a free port with a database
 * of its own that `stop` deletes.
 */
export async function meilisearchForTests(environment: NodeJS.ProcessEnv = process.env): Promise<TestEngine> {
  const { MEILI_URL: url, MEILI_API_KEY: apiKey } = environment;
  if (url) return { url, apiKey, stop: async () => undefined };
  const binary = await onPath('meilisearch', environment.PATH ?? '');
  if (binary === undefined) return { skip: 'no MEILI_URL and no meilisearch on the PATH' };
  const folder = await mkdtemp(path.join(os.tmpdir(), 'meilisearch-'));
  const port = await freePort();
  const child = spawn(
    binary,
    [
      '--no-analytics',
      '--env',
      'development',
      '--http-addr',
      `127.0.0.1:${port}`,
      '--db-path',
      path.join(folder, 'db'),
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const stop = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  const local = `http://127.0.0.1:${port}`;
  if (await healthy(local, child)) return { url: local, apiKey: undefined, stop };
  await stop();
  throw new Error('The meilisearch on the PATH does not start');
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
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt += 1) {
    const ok = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return true;
    await setTimeout(50);
  }
  return false;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await exit;
}
