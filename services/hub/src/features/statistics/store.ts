import type { PublishedCell, TableSpecification } from '@practice-exchange/disclosure';
import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { ReleaseCoverage } from '../../schema/release.ts';

type Db = Database<HubSchema>;

/** An approved release as anybody may see it. No draft, and nothing private of a release, is read in this file. */
export type PublishedRelease = {
  readonly id: string;
  readonly quarter: string;
  readonly version: number;
  readonly name: string;
  readonly note: string | null;
  readonly cutAt: Date;
  readonly approvedAt: Date;
  readonly contentHash: string;
  readonly coverage: ReleaseCoverage;
};

/** One published table, as it was at its release. */
export type StoredTable = { readonly specification: TableSpecification; readonly cells: readonly PublishedCell[] };

function published(db: Db) {
  return db.db
    .selectFrom('release')
    .select(['id', 'quarter', 'version', 'name', 'note', 'cut_at', 'approved_at', 'content_hash', 'coverage'])
    .where('state', '=', 'approved');
}

type Row = Awaited<ReturnType<ReturnType<typeof published>['execute']>>[number];

function toPublished(row: Row): PublishedRelease {
  const { cut_at: cutAt, approved_at: approvedAt, content_hash: contentHash, coverage } = row;
  if (!cutAt || !approvedAt || contentHash === null || !coverage) throw new Error('an approved release is incomplete');
  return {
    id: row.id,
    quarter: row.quarter,
    version: row.version,
    name: row.name,
    note: row.note,
    cutAt,
    approvedAt,
    contentHash,
    coverage,
  };
}

/** The newest version of the newest quarter. */
export async function latestRelease(db: Db): Promise<PublishedRelease | undefined> {
  const row = await published(db).orderBy('quarter', 'desc').orderBy('version', 'desc').limit(1).executeTakeFirst();
  return row && toPublished(row);
}

/** A release by its name, `2026-Q2-v1`, or the newest version of a quarter, `2026-Q2`. */
export async function findPublished(db: Db, name: string): Promise<PublishedRelease | undefined> {
  const row = await published(db)
    .where((eb) => eb.or([eb('name', '=', name), eb('quarter', '=', name)]))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toPublished(row);
}

/** Every approved release, the newest quarter first. */
export async function listPublished(db: Db): Promise<PublishedRelease[]> {
  const rows = await published(db).orderBy('quarter', 'desc').orderBy('version', 'desc').execute();
  return rows.map(toPublished);
}

/** Releases whose tables are kept in memory: those that pages are read of, and what they are compared with. */
const mostKept = 4;
const kept = new WeakMap<Db, Map<string, Promise<readonly StoredTable[]>>>();

/** Every table of an approved release, in its order. It never changes, so it is read once while it is asked for. */
export async function readAllTables(db: Db, release: string): Promise<readonly StoredTable[]> {
  const releases = kept.get(db) ?? new Map<string, Promise<readonly StoredTable[]>>();
  kept.set(db, releases);
  const reading = releases.get(release) ?? readFromDatabase(db, release);
  releases.delete(release);
  releases.set(release, reading);
  for (const oldest of releases.keys()) {
    if (releases.size <= mostKept) break;
    releases.delete(oldest);
  }
  // What could not be read, and what is not approved yet, is asked for again.
  const forget = () => void (releases.get(release) === reading && releases.delete(release));
  reading.then((tables) => tables.length === 0 && forget(), forget);
  return reading;
}

async function readFromDatabase(db: Db, release: string): Promise<readonly StoredTable[]> {
  return db.db
    .selectFrom('release_table as t')
    .innerJoin('release as r', 'r.id', 't.release')
    .select(['t.specification', 't.cells'])
    .where('r.state', '=', 'approved')
    .where('t.release', '=', release)
    .orderBy('t.position')
    .execute();
}

/** The tables of an approved release by id, in the order asked for; those that it does not have are left out. */
export async function readTables(db: Db, release: string, ids: readonly string[]): Promise<StoredTable[]> {
  const tables = ids.length === 0 ? [] : await readAllTables(db, release);
  return ids.flatMap((id) => tables.find(({ specification }) => specification.id === id) ?? []);
}

/** What an approved release has tables of. */
export async function listTables(db: Db, release: string): Promise<TableSpecification[]> {
  return (await readAllTables(db, release)).map(({ specification }) => specification);
}

/** Whether learning that was shared when the release was made has been withdrawn since: its numbers stay as they were. */
export async function withdrawnSince(db: Db, moment: Date): Promise<boolean> {
  const { rows } = await sql<{ withdrawn: boolean }>`
    select exists (
      select from record r
      where r.state = 'withdrawn' and r.kind = 'learning' and r.changed_at > ${moment}
        and exists (
          select from publication p where p.record = r.id and p.op = 'publish' and p.received_at <= ${moment}
        )
    ) as withdrawn
  `.execute(db.db);
  return rows[0]?.withdrawn === true;
}
