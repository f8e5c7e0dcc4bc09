import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, errorCode } from './errors.ts';
import type { Launcher } from './unprivileged-command.ts';

/** A PostgreSQL cluster on disk: `<home>/data` and, beside it, the superuser's password. */
export type Cluster = { data: string; password: string };

/** What a program started for the cluster sees: nothing of our settings, and messages in English, which we read. */
export const clusterEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export function clusterData(home: string): string {
  return join(home, 'data');
}

/** The cluster in `home`, made there first if there is none. */
export async function openCluster(
  home: string,
  initdb: string,
  launcher: Launcher,
  options: { durable: boolean },
): Promise<Cluster> {
  await removeLeftovers(home);
  const made = await stat(join(clusterData(home), 'PG_VERSION')).catch(() => undefined);
  if (!made) await createCluster(home, initdb, launcher, options);
  return { data: clusterData(home), password: (await readFile(join(home, 'password'), 'utf8')).trim() };
}

/** Folders of first starts that did not finish. */
async function removeLeftovers(home: string): Promise<void> {
  const directory = dirname(home);
  for (const name of await readdir(directory)) {
    if (name.startsWith('postgres.new-')) await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** Makes the cluster under another name and renames it when it is whole, so that a half-made one is never started. */
async function createCluster(
  home: string,
  initdb: string,
  launcher: Launcher,
  { durable }: { durable: boolean },
): Promise<void> {
  const unfinished = await mkdtemp(`${home}.new-`);
  const passwordFile = join(unfinished, 'password');
  await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  await mkdir(clusterData(unfinished), { mode: 0o700 });
  if (launcher.user) {
    for (const path of [unfinished, passwordFile, clusterData(unfinished)]) {
      await chown(path, launcher.user.uid, launcher.user.gid);
    }
  }
  const settings = [
    `--pgdata=${clusterData(unfinished)}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // PostgreSQL's own Unicode: the same order and case folding on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // The iterations slow down guessing a person's password; this one is 24 random bytes.
    '--set=scram_iterations=1',
    ...(durable ? [] : ['--no-sync']),
  ];
  const child = spawn(...launcher.command(initdb, settings, 'KILL'), {
    ...launcher.options,
    cwd: '/',
    env: clusterEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr?.on('data', (chunk) => {
    words += chunk;
  });
  const exitCode: unknown = await once(child, 'close').then(
    ([code]) => code,
    (error) => {
      words += `\nfatal: ${error.message}`;
    },
  );
  if (exitCode !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw new AppError({
      code: 'postgres-not-created',
      status: 500,
      title: 'The database could not be created',
      message: `The database in ${home} could not be created: ${lastComplaint(words)}.`,
    });
  }
  try {
    await rename(unfinished, home);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    throw new AppError({
      code: 'postgres-not-created',
      status: 500,
      title: 'The database could not be created',
      message: `The database in ${home} could not be created (${errorCode(cause)}): something else is there; move it away.`,
      cause,
    });
  }
  if (durable) await syncFolder(dirname(home));
}

/** What a PostgreSQL program complained of last, without its name and level. */
export function lastComplaint(words: string): string {
  const lines = words.split('\n').filter((line) => /\b(error|fatal|panic):/i.test(line));
  const last = lines.at(-1) ?? words.trim().split('\n').at(-1) ?? '';
  return last.replace(/^.*?\b(error|fatal|panic):\s*/i, '').replace(/\.$/, '') || 'it gave no reason';
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
