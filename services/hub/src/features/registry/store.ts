import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/**
 * What a hub is without anything that was shared: who it is, who takes part, and whose each record's id is. In the order in
 * which rows may be written.
 */
export const registryTables = ['identity', 'hub_key', 'authority', 'member', 'member_key', 'record_owner'] as const;

type Row = Record<string, unknown>;

/** Every row of a table as JSON has it, whatever columns the table has. */
export async function rowsOf(db: Db, table: (typeof registryTables)[number]): Promise<Row[]> {
  const { rows } = await sql<{ row: Row }>`
    select to_jsonb(t) as row from ${sql.table(table)} t order by to_jsonb(t)::text
  `.execute(db.db);
  return rows.map(({ row }) => row);
}

/** Whose the id of every record is: of those that are here, and of those that a hub that is built anew still waits for. */
export async function recordOwners(db: Db): Promise<Row[]> {
  return db.db
    .selectFrom('record')
    .select(['id as record', 'node'])
    .union(db.db.selectFrom('record_owner').select(['record', 'node']))
    .orderBy('record')
    .execute();
}

/** Writes rows back as `rowsOf` gave them. */
export async function insertRows(tx: Db, table: (typeof registryTables)[number], rows: readonly Row[]): Promise<void> {
  tx.assertTransaction();
  await sql`
    insert into ${sql.table(table)}
    select * from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)
  `.execute(tx.db);
}
