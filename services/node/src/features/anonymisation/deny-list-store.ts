import type { DenyEntry } from '@practice-exchange/anonymisation';
import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** An entry of a case's deny-list, with who put it there. */
export type ListedEntry = DenyEntry & { id: string; addedBy: string; bySecondReader: boolean; addedAt: Date };

/** The deny-list of a review, by kind and then in the order in which it was written. */
export async function denyListOf(db: Db, review: string): Promise<ListedEntry[]> {
  const rows = await db.db
    .selectFrom('deny_entry as d')
    .innerJoin('person as p', 'p.id', 'd.added_by')
    .select(['d.id', 'd.kind', 'd.value', 'd.by_second_reader', 'd.created_at', 'p.name'])
    .where('d.review', '=', review)
    .orderBy(sql`array_position(array['person','address','school','other'], d.kind)`)
    .orderBy('d.created_at')
    .orderBy('d.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    value: row.value,
    addedBy: row.name,
    bySecondReader: row.by_second_reader,
    addedAt: row.created_at,
  }));
}

/** Adds an entry; false when the list holds it already, in whatever letter case. */
export async function insertDenyEntry(
  tx: Db,
  entry: {
    id: string;
    review: string;
    kind: DenyEntry['kind'];
    value: string;
    person: string;
    bySecondReader: boolean;
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('deny_entry')
    .values({
      id: entry.id,
      review: entry.review,
      kind: entry.kind,
      value: entry.value,
      added_by: entry.person,
      by_second_reader: entry.bySecondReader,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function deleteDenyEntry(tx: Db, review: string, id: string): Promise<void> {
  await tx.db.deleteFrom('deny_entry').where('review', '=', review).where('id', '=', id).execute();
}
