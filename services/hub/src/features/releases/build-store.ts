import type {
  AuditSummary,
  Decision,
  PublishedCell,
  ReleaseRecord,
  TableSpecification,
  Utility,
} from '@practice-exchange/disclosure';
import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { ReleaseCoverage } from '../../schema/release.ts';

type Db = Database<HubSchema>;

/** The release that has waited longest to be built. */
export async function nextToBuild(db: Db): Promise<string | undefined> {
  const row = await db.db
    .selectFrom('release')
    .select('id')
    .where('state', '=', 'building')
    .orderBy('prepared_at')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

export async function releaseToBuild(db: Db, id: string): Promise<{ quarter: string; name: string } | undefined> {
  return db.db
    .selectFrom('release')
    .select(['quarter', 'name'])
    .where('id', '=', id)
    .where('state', '=', 'building')
    .executeTakeFirst();
}

export async function saveProgress(
  db: Db,
  id: string,
  progress: { step: string; at: number; of: number },
): Promise<void> {
  await db.db
    .updateTable('release')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .where('state', '=', 'building')
    .execute();
}

/** What each approved release said, oldest first. Private. */
export async function earlierRecords(db: Db): Promise<ReleaseRecord[]> {
  const rows = await db.db
    .selectFrom('release as r')
    .innerJoin('release_record as p', 'p.release', 'r.id')
    .select('p.record')
    .where('r.state', '=', 'approved')
    .orderBy('r.approved_at')
    .orderBy('r.id')
    .execute();
  return rows.map((row) => row.record);
}

export type NewTable = {
  readonly specification: TableSpecification;
  readonly cells: readonly PublishedCell[];
  readonly decisions: readonly Decision[];
};

/** Saves what was built as a draft, all of it or nothing. */
export async function saveDraft(
  db: Db,
  id: string,
  built: {
    tables: readonly NewTable[];
    record: ReleaseRecord;
    coverage: ReleaseCoverage;
    audit: AuditSummary;
    utility: Utility;
    cutAt: Date;
  },
): Promise<void> {
  await db.transaction(async (tx) => {
    const waiting = await tx.db
      .selectFrom('release')
      .select('id')
      .where('id', '=', id)
      .where('state', '=', 'building')
      .forUpdate()
      .executeTakeFirst();
    if (!waiting) return;
    for (const [position, { specification, cells, decisions }] of built.tables.entries()) {
      await tx.db
        .insertInto('release_table')
        .values({
          release: id,
          table_id: specification.id,
          position,
          specification: JSON.stringify(specification),
          cells: JSON.stringify(cells),
        })
        .execute();
      await tx.db
        .insertInto('release_decision')
        .values({ release: id, table_id: specification.id, decisions: JSON.stringify(decisions) })
        .execute();
    }
    await tx.db
      .insertInto('release_record')
      .values({ release: id, record: JSON.stringify(built.record) })
      .execute();
    await tx.db
      .updateTable('release')
      .set({
        state: 'draft',
        progress: null,
        cut_at: built.cutAt,
        coverage: JSON.stringify(built.coverage),
        audit: JSON.stringify(built.audit),
        utility: JSON.stringify(built.utility),
        content_hash: sql<string>`release_hash(${id})`,
      })
      .where('id', '=', id)
      .execute();
  });
}

/** Ends a release that could not be built, with the code of what went wrong. */
export async function failBuilding(db: Db, id: string, failure: string): Promise<void> {
  await db.db
    .updateTable('release')
    .set({ state: 'failed', failure, progress: null })
    .where('id', '=', id)
    .where('state', '=', 'building')
    .execute();
}
