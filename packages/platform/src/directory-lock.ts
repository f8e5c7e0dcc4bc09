import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from './errors.ts';

export type DirectoryLock = { release(): void };

/**
 * Takes a directory for this process, until `release` or until the process ends, however it ends. Two files are left in
 * it: the lock, and the holder's process id for the message to whoever comes second.
 * @throws AppError `data-directory-in-use` naming the process that holds it
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const holderFile = join(directory, 'network.pid');
  // Node has no call for the operating system's file locks; SQLite takes one, and the system gives it back when the
  // process dies. A file with a process id in it would be wrong after a crash, or in a container where ids repeat.
  const lock = new DatabaseSync(join(directory, 'network.lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
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
  await writeFile(holderFile, `${process.pid}\n`);
  let held = true;
  return {
    release() {
      if (held) lock.close();
      held = false;
    },
  };
}
