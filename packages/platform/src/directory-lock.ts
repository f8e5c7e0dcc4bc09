import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, errorCode } from './errors.ts';

/** The error for a data directory, or a file in it, that this user may not write. */
export function notWritable(directory: string, cause: unknown): AppError {
  return new AppError({
    code: 'data-directory-not-writable',
    status: 500,
    title: 'The data directory cannot be written',
    message: `The data directory ${directory} cannot be written (${errorCode(cause)}): choose another, or allow this user to write there.`,
    cause,
  });
}

export type DirectoryLock = { release(): void };

/**
 * Takes a directory for this process, until `release` or until the process ends, however it ends. Two files are left in
 * it: the lock, and the holder's process id for the message to whoever comes second.
 * @throws AppError `data-directory-in-use` naming the process that holds it, `data-directory-not-writable`
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const holderFile = join(directory, 'network.pid');
  // Node has no call for the operating system's file locks; SQLite takes one, and the system gives it back when the
  // process dies. A file with a process id in it would be wrong after a crash, or in a container where ids repeat.
  const lock = new DatabaseSync(join(directory, 'network.lock'));
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    const holder = await readFile(holderFile, 'utf8').catch(() => 'unknown');
    throw new AppError({
      code: 'data-directory-in-use',
      status: 500,
      title: 'The data directory is in use',
      message: `The data directory ${directory} is in use by another running network (process ${holder.trim()}).`,
      cause,
    });
  }
  try {
    await writeFile(holderFile, `${process.pid}\n`);
  } catch (cause) {
    lock.close();
    throw notWritable(directory, cause);
  }
  let held = true;
  return {
    release() {
      if (held) lock.close();
      held = false;
    },
  };
}
