import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { type PostgresProcess, platformEntry, startPostgresProcess } from './testing/postgres-process.ts';

/** A user that every Unix has: `daemon`. initdb wants one with an entry in the list of users. */
const ordinary = 1;
const asOrdinary = ['setpriv', `--reuid=${ordinary}`, `--regid=${ordinary}`, '--clear-groups'];
/** What Docker gives to root unless told otherwise. */
const containerCapabilities =
  'chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,sys_chroot,mknod,audit_write,setfcap';
const asContainerRoot = ['setpriv', `--bounding-set=-all,+${containerCapabilities.replaceAll(',', ',+')}`];
const asRootWithout = (...names: string[]) => [
  'setpriv',
  `--bounding-set=${names.map((name) => `-${name}`).join(',')}`,
];

const may = (through: string[]) => {
  const [program = '', ...args] = [
    ...through,
    process.execPath,
    '-e',
    `fs.accessSync(${JSON.stringify(platformEntry)})`,
  ];
  return spawnSync(program, args, { cwd: '/' }).status === 0;
};
const isRoot = process.platform === 'linux' && process.geteuid?.() === 0 && may(asContainerRoot);
const whyNotRoot = isRoot ? '' : ' (skipped: the tests do not run as root on Linux)';
const hasOrdinary = isRoot && may(asOrdinary);
const whyNotOrdinary = hasOrdinary ? '' : ' (skipped: no other user to become, or it may not read this folder)';

let directory: string;
let running: PostgresProcess[];

beforeEach(async () => {
  running = [];
  directory = await mkdtemp(join(tmpdir(), 'practice-exchange-users-'));
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await rm(directory, { recursive: true, force: true });
});

async function start(options: { directory: string; binaries?: PostgresBinaries; through?: string[] }) {
  const started = startPostgresProcess(options);
  running.push(started);
  const outcome = await started.outcome;
  if ('url' in outcome) expect(await writeAndRead(outcome.url)).toBe(1);
  return outcome;
}

async function writeAndRead(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('create table if not exists note (id int); delete from note; insert into note values (1)');
    return (await client.query<{ id: number }>('select id from note')).rows[0]?.id;
  } finally {
    await client.end();
  }
}

/** The user and the effective capabilities of the running server. */
async function serverIdentity(where: string): Promise<{ uid: number; capabilities: bigint }> {
  const pid = Number.parseInt(await readFile(join(where, 'postgres/data/postmaster.pid'), 'utf8'), 10);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
  return { uid, capabilities: BigInt(`0x${/^CapEff:\s+(\w+)/m.exec(status)?.[1]}`) };
}

const dacOverride = 1n << 1n;
const dacReadSearch = 1n << 2n;

describe.runIf(isRoot)(`as root${whyNotRoot}`, () => {
  it('runs as nobody, with no capability, in a folder that everybody may enter', async () => {
    await chmod(directory, 0o755);
    expect(await start({ directory })).toHaveProperty('url');
    expect(await serverIdentity(directory)).toEqual({ uid: 65534, capabilities: 0n });
  });

  it('runs from and in folders that only root may enter, with the one capability for that', async () => {
    const closed = join(directory, 'closed');
    const data = join(closed, 'data');
    await mkdir(data, { recursive: true, mode: 0o700 });
    const installed = await findPostgresBinaries();
    const copy = join(closed, 'native');
    await cp(join(dirname(installed.postgres), '..'), copy, { recursive: true, verbatimSymlinks: true });
    const binaries = { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    expect(await start({ directory: data, binaries })).toHaveProperty('url');
    expect(await serverIdentity(data)).toEqual({ uid: 65534, capabilities: dacReadSearch });
  });

  it('does so with the capabilities of a container', async () => {
    expect(await start({ directory, through: asContainerRoot })).toHaveProperty('url');
    expect(await serverIdentity(directory)).toEqual({ uid: 65534, capabilities: dacOverride });
  });

  it('stops, starts again and takes over a crash with the capabilities of a container', async () => {
    const first = startPostgresProcess({ directory, through: asContainerRoot });
    expect(await first.outcome).toHaveProperty('url');
    expect(await first.stop()).toBe(0);
    const second = startPostgresProcess({ directory, through: asContainerRoot });
    expect(await second.outcome).toHaveProperty('url');
    await second.kill();
    expect(await start({ directory, through: asContainerRoot })).toHaveProperty('url');
  });

  it('says in one sentence that it may not become another user', async () => {
    await chmod(directory, 0o755);
    const outcome = await start({ directory, through: asRootWithout('setuid') });
    expect(outcome).toMatchObject({
      code: 'postgres-cannot-run-as-root',
      message: expect.stringMatching(/^PostgreSQL does not run as root and .* may not become another user: [^\n]+\.$/),
    });
  });

  it('says in one sentence that the other user cannot enter the folder', async () => {
    const outcome = await start({ directory, through: asRootWithout('dac_override', 'dac_read_search') });
    expect(outcome).toMatchObject({
      code: 'postgres-cannot-run-as-root',
      message: expect.stringContaining(`cannot enter ${directory}`),
    });
  });

  it('goes on with a folder that an ordinary user began, as that user', async () => {
    await chown(directory, ordinary, ordinary);
    await chmod(directory, 0o755);
    if (hasOrdinary) {
      const first = startPostgresProcess({ directory, through: asOrdinary });
      expect(await first.outcome).toHaveProperty('url');
      expect(await first.stop()).toBe(0);
      expect(await start({ directory })).toHaveProperty('url');
      expect((await serverIdentity(directory)).uid).toBe(ordinary);
    }
  });
});

describe.runIf(hasOrdinary)(`as an ordinary user${whyNotOrdinary}`, () => {
  it('runs as that user in a folder of its own', async () => {
    await chown(directory, ordinary, ordinary);
    expect(await start({ directory, through: asOrdinary })).toHaveProperty('url');
    expect(await serverIdentity(directory)).toEqual({ uid: ordinary, capabilities: 0n });
  });

  it('says in one sentence that it may not write there', async () => {
    await chmod(directory, 0o755);
    for (const where of [directory, join(directory, 'new')]) {
      expect(await start({ directory: where, through: asOrdinary })).toEqual({
        code: 'data-directory-not-writable',
        message: `The data directory ${where} cannot be written (EACCES): choose another, or allow this user to write there.`,
      });
    }
  });

  it('says in one sentence that the database is another user’s', async () => {
    await chmod(directory, 0o777);
    const first = startPostgresProcess({ directory });
    expect(await first.outcome).toHaveProperty('url');
    await first.stop();
    const outcome = await start({ directory, through: asOrdinary });
    expect(outcome).toMatchObject({ code: 'data-directory-not-writable', message: expect.stringContaining(directory) });
  });
});
