import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real service that the tests use when it is there. `version` is null when it is missing. */
export type RealService = { name: string; version: string | null; how: string; requiredInCi: boolean };

async function versionOf(command: string, args: string[]): Promise<string | null> {
  try {
    const { stdout } = await run(command, args, { timeout: 20_000 });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim().slice(0, 40);
  } catch {
    return null;
  }
}

/** Which real services this run can exercise, and where each comes from. */
export async function realServices(env: NodeJS.ProcessEnv): Promise<RealService[]> {
  const chromium = env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  return [
    env.DATABASE_URL === undefined
      ? { name: 'PostgreSQL', version: '18', how: 'embedded, from npm', requiredInCi: true }
      : { name: 'PostgreSQL', version: 'external', how: 'DATABASE_URL', requiredInCi: true },
    env.REDIS_URL === undefined
      ? {
          name: 'Redis',
          version: await versionOf('redis-server', ['--version']),
          how: 'redis-server on the PATH',
          requiredInCi: true,
        }
      : { name: 'Redis', version: 'external', how: 'REDIS_URL', requiredInCi: true },
    {
      name: 'Chromium',
      version: existsSync(chromium) ? await versionOf(chromium, ['--version', '--no-sandbox']) : null,
      how: env.CHROMIUM_PATH === undefined ? 'chromium package' : 'CHROMIUM_PATH',
      requiredInCi: true,
    },
    env.MEILI_URL === undefined
      ? {
          name: 'Meilisearch',
          version: await versionOf('meilisearch', ['--version']),
          how: 'meilisearch on the PATH',
          requiredInCi: false,
        }
      : { name: 'Meilisearch', version: 'external', how: 'MEILI_URL', requiredInCi: false },
  ];
}
