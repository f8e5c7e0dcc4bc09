import { AppError, Database } from '@practice-exchange/platform';
import { genesisHash } from '@practice-exchange/protocol';
import { z } from 'zod';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { migrations } from '../../schema/migrations/migrations.ts';
import { insertRows, recordOwners, registryTables, rowsOf } from './store.ts';

const registrySchema = z.strictObject({
  kind: z.literal('practice-exchange-hub-registry'),
  v: z.literal(1),
  tables: z.record(z.enum(registryTables), z.array(z.record(z.string(), z.unknown()))),
});

/** A hub's identity and its registry of members, as it lies in a file. Keys are sealed with the hub's secret. */
export type Registry = z.infer<typeof registrySchema>;

/**
 * The hub's identity and registry: its id and sealed keys, the authorities, the members with their keys and switches, and whose
 * the id of each record is. Nothing of what was shared. Together with the hub's secret and its nodes it is enough to have the hub again.
 */
export async function exportRegistry(database: Database<HubSchema>): Promise<Registry> {
  return database.transaction(
    async (tx) => {
      const rows = {} as Registry['tables'];
      for (const table of registryTables) {
        rows[table] = table === 'record_owner' ? await recordOwners(tx) : await rowsOf(tx, table);
      }
      return { kind: 'practice-exchange-hub-registry', v: 1, tables: rows };
    },
    { isolation: 'repeatable read' },
  );
}

/**
 * Makes an empty, migrated database the hub of a registry. Every member's log begins at its start again: the nodes notice, and
 * send everything that they have. Throws `registry-invalid` for another file, and `hub-not-empty` when the database has an
 * identity already; nothing changes then.
 */
export async function importRegistry(database: Database<HubSchema>, given: unknown): Promise<void> {
  const parsed = registrySchema.safeParse(given);
  if (!parsed.success) {
    throw new AppError({
      code: 'registry-invalid',
      status: 400,
      title: 'Not a registry',
      message: 'This file is not the registry of a hub, or it is damaged.',
    });
  }
  await database.transaction(async (tx) => {
    if ((await rowsOf(tx, 'identity')).length > 0) {
      throw new AppError({
        code: 'hub-not-empty',
        status: 409,
        title: 'The database is not empty',
        message: 'This database belongs to a hub already. A hub is built anew in an empty one.',
      });
    }
    for (const table of registryTables) {
      const rows = parsed.data.tables[table].map((row) => (table === 'member' ? fromTheStart(row) : row));
      await insertRows(tx, table, rows);
    }
  });
}

/** A hub's database, migrated, without the hub. To be closed by whoever opened it. */
export async function openHubDatabase(url: string): Promise<Database<HubSchema>> {
  const database = Database.connect<HubSchema>({ url, migrations, applicationName: 'practice-exchange-hub-registry' });
  await database.migrate();
  return database;
}

/** A member whose log the hub holds nothing of. */
function fromTheStart(row: Record<string, unknown>): Record<string, unknown> {
  const first = genesisHash(String(row.node), 1);
  return { ...row, epoch: 1, last_seq: 0, last_hash: first, last_receipt: 0 };
}
