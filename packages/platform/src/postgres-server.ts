import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from './errors.ts';
import { freePort } from './free-port.ts';
import type { Logger } from './logger.ts';
import { clusterEnvironment, lastComplaint } from './postgres-cluster.ts';
import { commandLine } from './processes.ts';
import type { Launcher } from './unprivileged-command.ts';

export type PostgresServer = { port: number; process: ChildProcess; stop(): Promise<void> };

export type ServerOptions = {
  data: string;
  postgres: string;
  launcher: Launcher;
  durable: boolean;
  port: number | undefined;
  log: Logger | undefined;
};

/** Sized for a whole network on one small machine. */
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // A socket's path may be no longer than about 100 bytes; data directories are often deeper.
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '32MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  effective_cache_size: '256MB',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // The server's log must not hold statements or the values in them: nothing of an ordinary error is logged here, the
  // program that caused it is told.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const notDurable: Record<string, string> = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** How long a crashed server's last children may take to notice that they are alone. */
const orphanTimeoutMs = 10_000;

/**
 * Starts the server, on a free port unless one is given, and resolves when it takes connections.
 * @throws AppError `postgres-not-started` with what the server complained of
 */
export async function startServer(options: ServerOptions): Promise<PostgresServer> {
  const deadline = performance.now() + orphanTimeoutMs;
  for (;;) {
    const port = options.port ?? (await freePort());
    const outcome = await tryStart(options, port);
    if ('server' in outcome) return outcome.server;
    const mayPass = /Address already in use|pre-existing shared memory block/.test(outcome.words);
    if (!mayPass || performance.now() > deadline) {
      throw new AppError({
        code: 'postgres-not-started',
        status: 500,
        title: 'The database could not be started',
        message: `The database in ${options.data} could not be started: ${lastComplaint(outcome.words)}.`,
      });
    }
    await wait(100);
  }
}

async function tryStart(
  { data, postgres, launcher, durable, log }: ServerOptions,
  port: number,
): Promise<{ server: PostgresServer } | { words: string }> {
  const flags = Object.entries({ ...settings, ...(durable ? {} : notDurable), port: String(port) });
  const args = ['-D', data, ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = spawn(...launcher.command(postgres, args, 'INT'), {
    ...launcher.options,
    cwd: '/',
    env: clusterEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own session: Ctrl-C in a terminal reaches us first, and the database goes last.
    detached: true,
  });
  let words = '';
  let ready = false;
  const settled = new Promise<boolean>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      log?.debug({ postgres: text.trimEnd() }, 'postgres');
      if (ready) return;
      words += text;
      if (!words.includes('ready to accept connections')) return;
      ready = true;
      resolve(true);
    });
    child.once('error', (error) => {
      words += `\nfatal: ${error.message}`;
      resolve(false);
    });
    child.once('close', () => resolve(false));
  });
  if (!(await settled)) return { words };
  return { server: runningServer(child, port, log) };
}

function runningServer(child: ChildProcess, port: number, log: Logger | undefined): PostgresServer {
  let stopping: Promise<void> | undefined;
  const interrupt = () => child.kill('SIGINT');
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      process.off('exit', interrupt);
      if (!stopping) log?.error({ code: 'postgres-ended', exitCode: code }, 'the database ended by itself');
      resolve();
    });
  });
  process.once('exit', interrupt);
  // A database is no reason for its process to go on living.
  child.unref();
  if (child.stderr && 'unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref();

  async function stopInTime(): Promise<void> {
    child.ref();
    for (const [signal, patienceMs] of [
      ['SIGINT', 2_400],
      ['SIGQUIT', 400],
      ['SIGKILL', 1_000],
    ] as const) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const patience = new AbortController();
      await Promise.race([exited, wait(patienceMs, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
    }
  }

  return {
    port,
    process: child,
    stop() {
      stopping ??= stopInTime();
      return stopping;
    },
  };
}

/**
 * Stops a server of this cluster whose parent is gone, and makes a stale `postmaster.pid` harmless. Only for the holder
 * of the directory's lock.
 */
export async function stopOrphan(data: string, log: Logger | undefined): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const [firstLine = '', ...rest] = text.split('\n');
  const pid = Math.abs(Number.parseInt(firstLine, 10));
  const isOurs = async () => pid > 1 && (await commandLine(pid)).includes(` -D ${data} `);
  for (const [signal, patienceMs] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!(await isOurs())) break;
    log?.warn({ code: 'postgres-orphan', pid, signal }, 'a database left behind by an ended process is stopped');
    process.kill(pid, signal);
    for (const end = performance.now() + patienceMs; performance.now() < end && (await isOurs()); ) await wait(20);
  }
  // PostgreSQL takes the file for live if any process of its user has that number by now, even a dead one not yet
  // collected; its parent's number it knows to be stale. The rest of the file is kept: by it, PostgreSQL finds children
  // of the old server that still write.
  if ((await readFile(pidFile, 'utf8').catch(() => undefined)) === undefined) return;
  await writeFile(pidFile, [process.pid, ...rest].join('\n'));
}
