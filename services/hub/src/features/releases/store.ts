import type { Decision } from '@practice-exchange/disclosure';
import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** A release as the analysts' workspace shows it: with who prepared and approved it. */
export async function findRelease(db: Db, id: string) {
  return workspace(db).where('r.id', '=', id).executeTakeFirst();
}

/** The newest releases of every state, newest first. */
export async function listWork(db: Db, limit: number) {
  return workspace(db).orderBy('r.prepared_at', 'desc').limit(limit).execute();
}

function workspace(db: Db) {
  return db.db
    .selectFrom('release as r')
    .innerJoin('person as p', 'p.id', 'r.prepared_by')
    .leftJoin('person as a', 'a.id', 'r.approved_by')
    .select([
      'r.id',
      'r.quarter',
      'r.version',
      'r.name',
      'r.state',
      'r.note',
      'r.prepared_by',
      'r.prepared_at',
      'r.progress',
      'r.failure',
      'r.cut_at',
      'r.content_hash',
      'r.coverage',
      'r.audit',
      'r.utility',
      'r.approved_at',
      'p.name as preparer',
      'a.name as approver',
    ]);
}

export type WorkingRelease = NonNullable<Awaited<ReturnType<typeof findRelease>>>;

/** Whether a release is being built or looked at. */
export async function underWay(db: Db): Promise<boolean> {
  const row = await db.db
    .selectFrom('release')
    .select('id')
    .where('state', 'in', ['building', 'draft'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The newest approved version of a quarter; 0 when there is none. */
export async function newestVersion(db: Db, quarter: string): Promise<number> {
  const row = await db.db
    .selectFrom('release')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('quarter', '=', quarter)
    .where('state', '=', 'approved')
    .executeTakeFirst();
  return row?.version ?? 0;
}

export async function insertRelease(
  tx: Db,
  release: { id: string; quarter: string; version: number; note: string | null; preparedBy: string },
): Promise<void> {
  await tx.db
    .insertInto('release')
    .values({
      id: release.id,
      quarter: release.quarter,
      version: release.version,
      note: release.note,
      prepared_by: release.preparedBy,
      built_on: sql<string | null>`latest_release()`,
    })
    .execute();
}

export async function lockRelease(tx: Db, id: string) {
  tx.assertTransaction();
  return tx.db
    .selectFrom('release')
    .select(['id', 'state', 'name', 'quarter', 'prepared_by', 'content_hash', 'audit', 'built_on'])
    .select(sql<string | null>`latest_release()`.as('latest'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function markApproved(
  tx: Db,
  id: string,
  approval: { by: string; hash: string; auditNote: string | null },
): Promise<void> {
  await tx.db
    .updateTable('release')
    .set({
      state: 'approved',
      approved_by: approval.by,
      approved_hash: approval.hash,
      approved_at: sql<Date>`clock_timestamp()`,
      audit_note: approval.auditNote,
    })
    .where('id', '=', id)
    .execute();
}

export async function markDiscarded(tx: Db, id: string, why: string): Promise<void> {
  await tx.db.updateTable('release').set({ state: 'discarded', failure: why }).where('id', '=', id).execute();
}

/** The tables of a draft, without their cells. */
export async function draftTables(db: Db, id: string) {
  return db.db
    .selectFrom('release_table')
    .select(['table_id', 'specification'])
    .where('release', '=', id)
    .orderBy('position')
    .execute();
}

/** One table of a draft before and after disclosure control. Holds true counts: for analysts only. */
export async function draftTable(tx: Db, id: string, table: string) {
  const row = await tx.db
    .selectFrom('release_table as t')
    .innerJoin('release_decision as d', (join) =>
      join.onRef('d.release', '=', 't.release').onRef('d.table_id', '=', 't.table_id'),
    )
    .select(['t.specification', 't.cells', 'd.decisions'])
    .where('t.release', '=', id)
    .where('t.table_id', '=', table)
    .executeTakeFirst();
  return row as (typeof row & { decisions: readonly Decision[] }) | undefined;
}

/** How many returns have come since a moment: reasons to build a draft again. */
export async function returnsSince(db: Db, moment: Date): Promise<number> {
  const row = await db.db
    .selectFrom('caseload_return')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('updated_at', '>', moment)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Who has returned a quarter, and who takes part and has not, by name. */
export async function whoReturned(db: Db, quarter: string) {
  return db.db
    .selectFrom('authority as a')
    .innerJoin('member as m', 'm.authority', 'a.id')
    .leftJoin('caseload_return as r', (join) => join.onRef('r.authority', '=', 'a.id').on('r.quarter', '=', quarter))
    .select(['a.name', 'a.region', 'r.updated_at as returned_at'])
    .where('m.live_at', 'is not', null)
    .where('m.state', '<>', 'expelled')
    .orderBy('a.name')
    .execute();
}

/** Quarters that somebody has returned, newest first. */
export async function quartersReturned(db: Db): Promise<string[]> {
  const rows = await db.db
    .selectFrom('caseload_return')
    .select('quarter')
    .distinct()
    .orderBy('quarter', 'desc')
    .execute();
  return rows.map((row) => row.quarter);
}
