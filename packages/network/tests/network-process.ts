import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** `npm start` as a process of its own, with what it has printed so far. */
export type NetworkProcess = {
  child: ChildProcess;
  output(): string;
  /** Resolves when a line matches; rejects with everything printed when the process ends first. */
  says(pattern: RegExp): Promise<void>;
  /** Resolves with the exit status once the process has ended. */
  ended(): Promise<number | null>;
};

/** Starts the demo network as `npm start` does. */
export function startProcess(environment: Record<string, string>): NetworkProcess {
  const child = spawn(process.execPath, [join(root, 'infra/run.mjs'), 'packages/network/src/main.ts'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      for (const watch of watchers) watch();
    });
  }
  return {
    child,
    output: () => output,
    ended: () => exit,
    async says(pattern) {
      const said = new Promise<void>((resolve) => {
        const watch = () => {
          if (pattern.test(output)) {
            watchers.delete(watch);
            resolve();
          }
        };
        watchers.add(watch);
        watch();
      });
      const over = exit.then(() => {
        if (!pattern.test(output)) throw new Error(`ended without saying ${pattern}:\n${output}`);
      });
      await Promise.race([said, over]);
    },
  };
}

/** The first of `count` ports in a row that are free now, below those that a system gives to whoever asks for any. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const servers = Array.from({ length: count }, (_, index) => createServer().listen(first + index, '127.0.0.1'));
    const opened = await Promise.all(
      servers.map((server) =>
        once(server, 'listening').then(
          () => true,
          () => false,
        ),
      ),
    );
    await Promise.all(
      servers.filter((_, index) => opened[index]).map((server) => new Promise((resolve) => server.close(resolve))),
    );
    if (opened.every(Boolean)) return first;
  }
}

/** Takes a port until `release`. */
export async function takePort(port: number): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
