import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { AppError, errorCode } from './errors.ts';
import type { Logger } from './logger.ts';

/** Migrations by name, applied in the order of their names: `0001-reviews`, `0002-…`. A published one never changes. */
export type Migrations = Record<string, Migration>;

/**
 * Applies what is missing, all of it in one transaction under the migrator's advisory lock.
 * @throws AppError `migration-failed` naming the migration that failed, with the driver's error as its cause
 */
export async function migrateToLatest<Schema>(
  db: Kysely<Schema>,
  migrations: Migrations,
  log: Logger | undefined,
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) {
    const failed = results.find((result) => result.status === 'Error');
    throw new AppError({
      code: 'migration-failed',
      status: 500,
      title: 'The database could not be migrated',
      message: failed
        ? `Migration ${failed.migrationName} failed (${errorCode(error)}); nothing was changed.`
        : `The database does not match this version's migrations (${error instanceof Error ? error.message : errorCode(error)}).`,
      cause: error,
    });
  }
  for (const { migrationName } of results) log?.info({ migration: migrationName }, 'migrated');
}
