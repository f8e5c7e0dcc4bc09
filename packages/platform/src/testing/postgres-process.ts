import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PostgresBinaries } from '../postgres-binaries.ts';

export type PostgresProcess = {
  child: ChildProcess;
  outcome: Promise<{ url: string } | { code: string; message: string }>;
  /** Ends the process, not its database, as a crash would. */
  kill(): Promise<void>;
  /** Has it stop its database and end; gives its exit code. */
  stop(): Promise<number | null>;
};

const program = `
  import { startEmbeddedPostgres } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
  const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\\n');
  try {
    const server = await startEmbeddedPostgres(JSON.parse(process.argv[1]));
    say({ url: server.url('postgres') });
    for await (const _ of process.stdin);
    await server.stop();
  } catch (error) {
    say({ code: error.code ?? error.name, message: error.message });
  }
`;

/** Runs an embedded PostgreSQL in a process of its own; `through` is what to start that process with (`setpriv …`). */
export function startPostgresProcess(options: {
  directory: string;
  binaries?: PostgresBinaries;
  through?: string[];
}): PostgresProcess {
  const { through = [], ...settings } = options;
  const command = [...through, process.execPath, '--input-type=module', '-e', program, JSON.stringify(settings)];
  const [name = process.execPath, ...args] = command;
  const child = spawn(name, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const outcome = Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(String(line))),
    ended.then(([code, signal]) => ({ code: 'ended', message: `the process ended early (${code ?? signal})` })),
  ]);
  return {
    child,
    outcome,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.stdin.end();
      await ended;
      return child.exitCode;
    },
  };
}

/** The program's own modules, for asking whether another user may read them. */
export const platformEntry = fileURLToPath(new URL('../index.ts', import.meta.url));
