import type { Database } from '@practice-exchange/platform';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** The record under which a statement, or the return of a quarter, has been published. */
export async function findDocument(tx: Db, kind: 'statement' | 'return', name: string): Promise<string | undefined> {
  const row = await tx.db
    .selectFrom('document')
    .select('record')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.record;
}

/** Remembers the record of a document, in place of another that a restored node may have begun meanwhile. */
export async function saveDocument(tx: Db, kind: 'statement' | 'return', name: string, record: string): Promise<void> {
  await tx.db
    .insertInto('document')
    .values({ kind, name, record })
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet({ record }))
    .execute();
}

/** Every document that has been published, by kind and name. */
export async function listDocuments(db: Db): Promise<{ kind: 'statement' | 'return'; name: string; record: string }[]> {
  return db.db.selectFrom('document').selectAll().execute();
}
