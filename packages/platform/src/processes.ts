import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process's command line, its words separated by spaces; empty if there is no such process, or only its remains. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.split('\0').join(' ').trim();
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim();
}

/**
 * Memory of a process and its children in bytes, what they share counted once; `undefined` where the system does not
 * tell (only Linux does).
 */
export async function memoryOfTree(pid: number): Promise<number | undefined> {
  const page = 4096;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined);
  if (children === undefined) return undefined;
  let own = 0;
  let shared = 0;
  for (const member of [pid, ...children.split(' ').filter(Boolean)]) {
    const text = await readFile(`/proc/${member}/statm`, 'utf8').catch(() => '');
    const [, resident = 0, sharedPages = 0] = text.split(' ').map(Number);
    own += resident - sharedPages;
    shared = Math.max(shared, sharedPages);
  }
  return (own + shared) * page;
}
