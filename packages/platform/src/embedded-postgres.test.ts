import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { freePort } from './free-port.ts';
import { createLogger } from './logger.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { commandLine } from './processes.ts';
import { startPostgresProcess } from './testing/postgres-process.ts';
import { findLauncher } from './unprivileged-command.ts';

/** A cluster already made, of which most tests take a copy: making one takes much longer. */
let made: string;
let directory: string;
let running: { stop(): Promise<unknown> }[];

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'practice-exchange-embedded-'));
  await (await startEmbeddedPostgres({ directory: made })).stop();
});
afterAll(() => rm(made, { recursive: true, force: true }));

beforeEach(async () => {
  running = [];
  directory = await mkdtemp(join(tmpdir(), 'practice-exchange-embedded-'));
  await promisify(execFile)('cp', ['-a', join(made, 'postgres'), directory]);
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await rm(directory, { recursive: true, force: true });
});

async function start(where = directory, durable = false): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory: where, durable });
  running.push(server);
  return server;
}

function startElsewhere(where = directory) {
  const started = startPostgresProcess({ directory: where });
  running.push(started);
  return started;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmaster = async () =>
  Number.parseInt(await readFile(join(directory, 'postgres/data/postmaster.pid'), 'utf8'), 10);
const hasEnded = (pid: number) =>
  vi.waitUntil(async () => (await commandLine(pid)) === '', { timeout: 10_000, interval: 20 });

describe('an embedded PostgreSQL', () => {
  it('starts in an empty folder, keeps what was committed, and stops within three seconds', async () => {
    const first = await start(join(directory, 'made', 'on', 'the', 'way'), true);
    const url = await first.ensureDatabase('hub');
    await ask(url, 'create table note (words text); insert into note values ($$kept$$)');
    const open = new pg.Client({ connectionString: url });
    open.on('error', () => undefined);
    await open.connect();
    const begun = performance.now();
    await first.stop();
    expect(performance.now() - begun).toBeLessThan(3_000);
    await expect(ask(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await first.stop();

    const second = await start(join(directory, 'made', 'on', 'the', 'way'));
    const again = await second.ensureDatabase('hub');
    expect(again).toBe(second.url('hub'));
    expect(await ask(again, 'select words from note')).toEqual([{ words: 'kept' }]);
  });

  it('is durable, small and knows the contributed extensions', async () => {
    const server = await start(directory, true);
    const url = server.url('postgres');
    const settings = await ask(
      url,
      `select name, setting from pg_settings where name in
       ('fsync', 'synchronous_commit', 'full_page_writes', 'jit', 'max_connections', 'shared_buffers', 'TimeZone')`,
    );
    expect(Object.fromEntries(settings.map((row) => Object.values(row as object)))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      jit: 'off',
      max_connections: '120',
      shared_buffers: '4096',
      TimeZone: 'UTC',
    });
    await ask(url, 'create extension pg_trgm; create extension unaccent; create extension pgcrypto');
    expect(await ask(url, `select lower('ÉCOLE') as word, 'b' < 'C' as by_codepoint`)).toEqual([
      { word: 'école', by_codepoint: false },
    ]);
    if (process.platform === 'linux') {
      const memory = await server.memoryBytes();
      expect(memory).toBeGreaterThan(5e6);
      expect(memory).toBeLessThan(150e6);
    }
  });

  it('lets in nobody without the password, which only its user may read', async () => {
    const server = await start();
    const url = new URL(server.url('postgres'));
    expect((await stat(join(directory, 'postgres/password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'postgres/data'))).mode & 0o777).toBe(0o700);
    expect(url.hostname).toBe('127.0.0.1');
    url.password = 'another';
    await expect(ask(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('makes each database once, also when several ask for it at the same time', async () => {
    const server = await start();
    const urls = await Promise.all(Array.from({ length: 6 }, () => server.ensureDatabase('node-a')));
    expect(new Set(urls).size).toBe(1);
    expect(await ask(urls[0] ?? '', 'select current_database() as name')).toEqual([{ name: 'node-a' }]);
  });

  it('runs beside others, and in a folder whose path is longer than a socket may have', async () => {
    const deep = join(directory, 'a-rather-long-name-for-a-folder'.repeat(3), 'another-long-name'.repeat(4));
    const servers = await Promise.all([start(join(directory, 'one')), start(join(directory, 'two')), start(deep)]);
    const urls = servers.map((server) => server.url('postgres'));
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('logs no statement, no value and no error of one', async () => {
    let logged = '';
    const destination = new Writable({
      write(chunk, _encoding, done) {
        logged += chunk;
        done();
      },
    });
    const log = createLogger({ name: 'test', level: 'trace', destination });
    const server = await startEmbeddedPostgres({ directory, log });
    const url = server.url('postgres');
    await ask(url, 'create table person (name text unique)');
    await ask(url, `insert into person values ('Zebedee')`);
    await expect(ask(url, `insert into person values ('Zebedee')`)).rejects.toMatchObject({ code: '23505' });
    await expect(ask(url, `select 'Zebedee'::int`)).rejects.toMatchObject({ code: '22P02' });
    await server.stop();
    expect(logged).toContain('ready to accept connections');
    expect(logged).toContain('shut down');
    expect(logged).not.toContain('Zebedee');
  });
});

describe('a data directory in use', () => {
  it('is refused to a second start in one sentence, and goes on working for the first', async () => {
    const first = startElsewhere();
    const outcome = await first.outcome;
    const url = 'url' in outcome ? outcome.url : '';
    const refusal = `The data directory ${directory} is in use by another running network (process ${first.child.pid}).`;
    await expect(start()).rejects.toMatchObject({ code: 'data-directory-in-use', message: refusal });
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await first.stop()).toBe(0);
    await start();
  });

  it('is refused within one process, too', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'data-directory-in-use' });
  });

  it('goes to exactly one of several that start at the same moment', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => startElsewhere().outcome));
    expect(outcomes.filter((outcome) => 'url' in outcome)).toHaveLength(1);
    expect(outcomes.filter((outcome) => 'code' in outcome && outcome.code === 'data-directory-in-use')).toHaveLength(3);
  });
});

describe('after a crash', () => {
  const write = 'create table note (words text); insert into note values ($$kept$$)';
  const kept = async (server: EmbeddedPostgres) =>
    expect(await ask(server.url('postgres'), 'select words from note')).toEqual([{ words: 'kept' }]);

  async function crash(): Promise<{ pid: number }> {
    const process = startElsewhere();
    const outcome = await process.outcome;
    if (!('url' in outcome)) throw new Error(outcome.message);
    await ask(outcome.url, write);
    const pid = await postmaster();
    await process.kill();
    return { pid };
  }

  it.runIf(process.platform === 'linux')('of its parent, the server ends by itself', async () => {
    const { pid } = await crash();
    await hasEnded(pid);
    await kept(await start());
  });

  it('of its parent, the next start takes over at once', async () => {
    await crash();
    await kept(await start());
  });

  it('of everything, a stale postmaster.pid does not stop the next start', async () => {
    const elsewhere = startElsewhere();
    const outcome = await elsewhere.outcome;
    if (!('url' in outcome)) throw new Error(outcome.message);
    await ask(outcome.url, write);
    const pid = await postmaster();
    process.kill(pid, 'SIGKILL');
    await elsewhere.kill();
    expect(await postmaster()).toBe(pid);
    await kept(await start());
  });

  it('a process that has the old number by now is left alone and does not stop the next start', async () => {
    await start().then(async (server) => {
      await ask(server.url('postgres'), write);
      await server.stop();
    });
    const { postgres } = await findPostgresBinaries();
    const launcher = await findLauncher(postgres, join(directory, 'postgres'));
    // A process of the very user that PostgreSQL runs as.
    const bystander = spawn(...launcher.command('sleep', ['60'], 'KILL'), launcher.options);
    try {
      await vi.waitUntil(async () => (await commandLine(bystander.pid ?? 0)) === 'sleep 60');
      const data = join(directory, 'postgres/data');
      await writeFile(join(data, 'postmaster.pid'), `${bystander.pid}\n${data}\n1700000000\n5432\n\n\n`);
      await kept(await start());
      expect(await commandLine(bystander.pid ?? 0)).toBe('sleep 60');
    } finally {
      bystander.kill();
    }
  });

  it('an orphaned server is stopped and its data taken over', async () => {
    await start().then(async (server) => {
      await ask(server.url('postgres'), write);
      await server.stop();
    });
    const { postgres } = await findPostgresBinaries();
    const launcher = await findLauncher(postgres, join(directory, 'postgres'));
    const args = [
      '-D',
      join(directory, 'postgres/data'),
      '-c',
      `port=${await freePort()}`,
      '-c',
      'unix_socket_directories=',
    ];
    const [name, words] = launcher.command(postgres, args, 'INT');
    const orphan = spawn(
      name,
      words.filter((word) => !word.startsWith('--pdeathsig')),
      {
        ...launcher.options,
        cwd: '/',
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    orphan.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    await vi.waitUntil(() => said.includes('ready to accept connections'), { timeout: 10_000 });
    const server = await start();
    expect(orphan.exitCode ?? orphan.signalCode).not.toBeNull();
    expect(await postmaster()).not.toBe(orphan.pid);
    await kept(server);
  });

  it('in the middle of the first start, the next one begins afresh', async () => {
    await rm(join(directory, 'postgres'), { recursive: true });
    const process = startElsewhere();
    await vi.waitUntil(async () => (await readdir(directory)).some((name) => name.startsWith('postgres.new-')), {
      timeout: 10_000,
      interval: 1,
    });
    await process.kill();
    expect(await stat(join(directory, 'postgres')).catch(() => undefined)).toBeUndefined();
    const server = await start();
    expect(await ask(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(directory)).sort()).toEqual(['network.lock', 'network.pid', 'postgres']);
  });

  it('a half-made cluster left behind is cleared away', async () => {
    await mkdir(join(directory, 'postgres.new-abc', 'data', 'base'), { recursive: true });
    await start();
    expect(await readdir(directory)).not.toContain('postgres.new-abc');
  });
});

describe('what a start cannot use', () => {
  const sentence = /^[A-Z][^\n]*[^.\n]\.$/;

  it('is said in one sentence when the data directory is a file', async () => {
    await writeFile(join(directory, 'file'), '');
    const outcome = start(join(directory, 'file', 'data'));
    await expect(outcome).rejects.toMatchObject({ code: 'data-directory-not-writable', message: sentence });
    await expect(outcome).rejects.toThrow(join(directory, 'file', 'data'));
  });

  it('is said in one sentence when something else lies where the database goes, and is left as it was', async () => {
    await rm(join(directory, 'postgres'), { recursive: true });
    await mkdir(join(directory, 'postgres'));
    await writeFile(join(directory, 'postgres', 'precious'), 'mine');
    await expect(start()).rejects.toMatchObject({ code: 'postgres-not-created', message: sentence });
    expect(await readFile(join(directory, 'postgres', 'precious'), 'utf8')).toBe('mine');
    expect((await readdir(directory)).sort()).toEqual(['network.lock', 'network.pid', 'postgres']);
  });

  it('is said in one sentence when the cluster is another version’s, and the directory is given back', async () => {
    await (await start()).stop();
    const versionFile = join(directory, 'postgres/data/PG_VERSION');
    await writeFile(versionFile, '9\n');
    await expect(start()).rejects.toMatchObject({ code: 'postgres-not-started', message: sentence });
    await writeFile(versionFile, '18\n');
    await start();
  });

  it('is said in one sentence when PostgreSQL’s programs are missing, or do not run here', async () => {
    const missing = { initdb: join(directory, 'initdb'), postgres: join(directory, 'postgres-program') };
    const absent = startEmbeddedPostgres({ directory, binaries: missing });
    await expect(absent).rejects.toMatchObject({ status: 500, message: sentence });
    await writeFile(missing.postgres, 'not a program', { mode: 0o755 });
    await writeFile(missing.initdb, 'not a program', { mode: 0o755 });
    const broken = startEmbeddedPostgres({ directory, binaries: missing });
    await expect(broken).rejects.toMatchObject({ status: 500, message: sentence });
    await start();
  });
});
