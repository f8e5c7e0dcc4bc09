import { execFile, type SpawnOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from './errors.ts';
import { postgresNotAvailable } from './postgres-binaries.ts';

const run = promisify(execFile);

/** The user and group `nobody`, as whom PostgreSQL runs when this process is root. */
const nobody = 65534;

/** How to start a program: what to put before it, and what to give to `spawn`. */
export type Launcher = {
  /** Whom the program runs as; `undefined` is whoever runs this process. */
  user: { uid: number; gid: number } | undefined;
  command(program: string, args: string[], deathSignal: 'INT' | 'KILL'): [program: string, args: string[]];
  options: Pick<SpawnOptions, 'uid' | 'gid'>;
};

/**
 * Finds how to start a program that refuses to be root, from a process that may be root, in folders that other users may
 * not enter. Root hands over to the owner of `home`, the cluster's folder, or else to `nobody`; where a folder on the way to the program or to
 * the data is closed to that user, the program keeps one capability: to pass closed folders (`CAP_DAC_READ_SEARCH`, or
 * `CAP_DAC_OVERRIDE` in a container whose bounding set lacks it). On Linux the program is told to end with this process.
 * @throws AppError `postgres-cannot-run-as-root` if this root may not do any of that, `postgres-not-available` if the
 *   program does not run for anybody
 */
export async function findLauncher(program: string, home: string): Promise<Launcher> {
  if (!(await works(program, ['--version']))) {
    throw postgresNotAvailable(`PostgreSQL's program ${program} is missing or does not run on this machine.`);
  }
  const setpriv = await findSetpriv();
  if (process.geteuid?.() !== 0) {
    return {
      user: undefined,
      options: {},
      command: (name, args, signal) => withSetpriv(setpriv, [], name, args, signal),
    };
  }
  const directory = dirname(home);
  const user = await userFor(home);
  const programIsOpen = await isOpen(program, user);
  const open = programIsOpen && (await isOpen(directory, user));
  if (setpriv) {
    const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
    for (const passing of open ? [[]] : waysToPassClosedFolders(programIsOpen)) {
      const flags = [...identity, ...passing];
      if (await works(setpriv, [...flags, program, '--version'])) {
        return { user, options: {}, command: (name, args, signal) => withSetpriv(setpriv, flags, name, args, signal) };
      }
    }
  } else if (open && (await works(program, ['--version'], user))) {
    return { user, options: user, command: (name, args) => [name, args] };
  }
  const reason = open
    ? 'this process may not become another user'
    : `the user with id ${user.uid} cannot enter ${directory} or ${dirname(program)}`;
  throw new AppError({
    code: 'postgres-cannot-run-as-root',
    status: 500,
    title: 'PostgreSQL cannot be started as root',
    message: `PostgreSQL does not run as root and ${reason}: start as an ordinary user, or in a folder that everybody may enter.`,
  });
}

/** Flags of setpriv, the least power first. */
function waysToPassClosedFolders(programIsOpen: boolean): string[][] {
  // PostgreSQL asks access(2) whether it may run its own program, and for any user but root that call ignores
  // capabilities unless this bit is set.
  const bits = programIsOpen ? [] : ['--securebits=+no_setuid_fixup'];
  return ['dac_read_search', 'dac_override'].map((name) => [`--inh-caps=+${name}`, `--ambient-caps=+${name}`, ...bits]);
}

function withSetpriv(
  setpriv: string | undefined,
  flags: string[],
  program: string,
  args: string[],
  signal: 'INT' | 'KILL',
): [string, string[]] {
  // The signal is set after the change of user, which clears it; setpriv does things in that order.
  return setpriv ? [setpriv, [`--pdeathsig=${signal}`, ...flags, program, ...args]] : [program, args];
}

/** util-linux's setpriv, if it can do what is asked; BusyBox's cannot. */
async function findSetpriv(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv', '/usr/sbin/setpriv', 'setpriv']) {
    if (await works(path, ['--pdeathsig=INT', 'true'])) return path;
  }
  return undefined;
}

async function works(program: string, args: string[], user: { uid?: number; gid?: number } = {}): Promise<boolean> {
  return await run(program, args, { ...user, cwd: '/', timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

async function userFor(home: string): Promise<{ uid: number; gid: number }> {
  const existing = await stat(home).catch(() => undefined);
  return existing && existing.uid !== 0 ? { uid: existing.uid, gid: existing.gid } : { uid: nobody, gid: nobody };
}

/** Whether `user` may enter, or execute, everything from the root to `path` itself. */
async function isOpen(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  for (let place = path; ; place = dirname(place)) {
    const { mode, uid, gid } = await stat(place);
    const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (place === dirname(place)) return true;
  }
}
