import type { Database } from '@practice-exchange/platform';
import type { CaseloadReturn } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import type { WorkingReturn } from './working-return.ts';

type Db = Database<NodeSchema>;

/** The working return of a quarter, with who changed it last. */
export async function findWorking(db: Db, quarter: string) {
  return db.db
    .selectFrom('return_working as w')
    .innerJoin('person as p', 'p.id', 'w.prepared_by')
    .select(['w.quarter', 'w.content', 'w.version', 'w.note', 'w.prepared_by', 'w.updated_at', 'p.name as preparer'])
    .where('w.quarter', '=', quarter)
    .executeTakeFirst();
}

export async function lockWorking(tx: Db, quarter: string) {
  tx.assertTransaction();
  return tx.db
    .selectFrom('return_working')
    .select(['content', 'version', 'note', 'prepared_by'])
    .where('quarter', '=', quarter)
    .forUpdate()
    .executeTakeFirst();
}

/** Quarters that somebody is filling in or correcting. */
export async function listWorking(db: Db): Promise<string[]> {
  const rows = await db.db.selectFrom('return_working').select('quarter').execute();
  return rows.map((row) => row.quarter);
}

export async function insertWorking(
  tx: Db,
  working: { quarter: string; content: WorkingReturn; note: string | null; by: string },
): Promise<boolean> {
  const row = await tx.db
    .insertInto('return_working')
    .values({
      quarter: working.quarter,
      content: JSON.stringify(working.content),
      note: working.note,
      prepared_by: working.by,
    })
    .onConflict((conflict) => conflict.column('quarter').doNothing())
    .returning('quarter')
    .executeTakeFirst();
  return row !== undefined;
}

export async function updateWorking(
  tx: Db,
  quarter: string,
  change: { content: WorkingReturn; note: string | null; by: string },
): Promise<void> {
  await tx.db
    .updateTable('return_working')
    .set({
      content: JSON.stringify(change.content),
      note: change.note,
      prepared_by: change.by,
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('quarter', '=', quarter)
    .execute();
}

export async function deleteWorking(tx: Db, quarter: string): Promise<void> {
  await tx.db.deleteFrom('return_working').where('quarter', '=', quarter).execute();
}

export async function insertEdition(
  tx: Db,
  edition: {
    quarter: string;
    revision: number;
    record: string;
    content: CaseloadReturn;
    acknowledged: readonly string[];
    note: string | null;
    preparedBy: string;
    signedBy: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('return_edition')
    .values({
      quarter: edition.quarter,
      revision: edition.revision,
      record: edition.record,
      content: JSON.stringify(edition.content),
      acknowledged: JSON.stringify(edition.acknowledged),
      note: edition.note,
      prepared_by: edition.preparedBy,
      signed_by: edition.signedBy,
    })
    .execute();
}

/** Every signed revision of a quarter, newest first, with what the hub said of each last. */
export async function editionsOf(db: Db, quarter: string) {
  return withReceipts(db).where('e.quarter', '=', quarter).orderBy('e.revision', 'desc').execute();
}

/** The newest signed revision of every quarter. */
export async function newestEditions(db: Db) {
  return withReceipts(db).distinctOn('e.quarter').orderBy('e.quarter', 'desc').orderBy('e.revision', 'desc').execute();
}

// After a restore what was signed may have been written again under another record or revision: it is known by its content.
function withReceipts(db: Db) {
  return db.db
    .selectFrom('return_edition as e')
    .innerJoin('person as s', 's.id', 'e.signed_by')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('publication as sent')
          .select(['sent.epoch', 'sent.seq', 'sent.delivered_at'])
          .where('sent.op', '=', 'return')
          .where(sql<boolean>`convert_from(sent.body, 'UTF8')::jsonb = e.content`)
          .orderBy(sql`(sent.record, sent.revision) = (e.record, e.revision)`, 'desc')
          .orderBy('sent.epoch', 'desc')
          .orderBy('sent.seq', 'desc')
          .limit(1)
          .as('p'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('receipt as r')
          .select(['r.state', 'r.reason'])
          .whereRef('r.epoch', '=', 'p.epoch')
          .whereRef('r.seq', '=', 'p.seq')
          .orderBy('r.position', 'desc')
          .limit(1)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .select([
      'e.quarter',
      'e.revision',
      'e.content',
      'e.note',
      'e.signed_at',
      's.name as signer',
      'p.delivered_at',
      'latest.state',
      'latest.reason',
    ]);
}

/** The newest signed return before a quarter. */
export async function returnBefore(db: Db, quarter: string): Promise<CaseloadReturn | undefined> {
  const row = await db.db
    .selectFrom('return_edition')
    .select('content')
    .where('quarter', '<', quarter)
    .orderBy('quarter', 'desc')
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.content;
}
