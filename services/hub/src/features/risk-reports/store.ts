import type { Database } from '@practice-exchange/platform';
import type { RiskReportRequest } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** Reports with whose record they are about and who made them. */
function reports(db: Db) {
  return db.db
    .selectFrom('risk_report as r')
    .innerJoin('record as k', 'k.id', 'r.record')
    .innerJoin('authority as a', 'a.id', 'r.authority')
    .selectAll('r')
    .select(['k.node as owner', 'a.name as authority_name']);
}

export type FoundReport = NonNullable<Awaited<ReturnType<typeof findReport>>>;

export async function findReport(db: Db, id: string) {
  return reports(db).where('r.id', '=', id).executeTakeFirst();
}

/** A report of a node's record, locked for its answer. */
export async function lockReceived(tx: Db, id: string, owner: string) {
  tx.assertTransaction();
  return reports(tx).where('r.id', '=', id).where('k.node', '=', owner).forUpdate('r').executeTakeFirst();
}

/** Reports that an authority made, or that were made of a node's records, after an id. */
export async function reportsAfter(
  db: Db,
  { authority, node }: { authority: string | null; node: string },
  after: string | undefined,
  limit: number,
): Promise<FoundReport[]> {
  let found = reports(db)
    .where((eb) => eb.or([eb('k.node', '=', node), eb('r.authority', '=', authority)]))
    .orderBy('r.id')
    .limit(limit);
  if (after !== undefined) found = found.where('r.id', '>', after);
  return found.execute();
}

/** Notes that the owner's node has read a report: from now on what it changes may answer it. */
export async function markTold(db: Db, id: string): Promise<void> {
  await db.db
    .updateTable('risk_report')
    .set({ told_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('told_at', 'is', null)
    .execute();
}

/** How many reports of an authority wait for an answer. */
export async function countOpen(db: Db, authority: string): Promise<number> {
  const { open } = await db.db
    .selectFrom('risk_report')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('authority', '=', authority)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return open;
}

/** The revision of a record as it is served, kept from being withdrawn until the transaction ends. */
export async function holdServed(tx: Db, record: string): Promise<{ revision: number; authority: string } | undefined> {
  tx.assertTransaction();
  return tx.db
    .selectFrom('learning_record')
    .select(['revision', 'authority'])
    .where('id', '=', record)
    .forShare()
    .executeTakeFirst();
}

export async function insertReport(
  tx: Db,
  report: RiskReportRequest & { node: string; authority: string; revision: number },
): Promise<void> {
  await tx.db.insertInto('risk_report').values(report).execute();
}

export async function keepRecord(tx: Db, id: string, answer: string): Promise<void> {
  await tx.db
    .updateTable('risk_report')
    .set({ state: 'kept', answer, settled_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Forgets reports that were settled thirty days ago. */
export async function forgetSettled(db: Db): Promise<void> {
  await sql`delete from risk_report where settled_at < now() - interval '30 days'`.execute(db.db);
}

/** What an operator sees of reports: with the record and its owner, and when the owner's node was heard last. */
function reportsToOversee(db: Db) {
  return reports(db)
    .innerJoin('member as m', 'm.node', 'k.node')
    .innerJoin('authority as o', 'o.id', 'm.authority')
    .leftJoin('member_contact as c', 'c.node', 'm.node')
    .leftJoin('learning_record as l', 'l.id', 'r.record')
    .select([
      'o.name as owner_name',
      'm.state as owner_state',
      'c.heard_at as owner_heard_at',
      'r.node as reporter',
      sql<string | null>`l.content ->> 'title'`.as('title'),
      sql<string | null>`l.content ->> 'summary'`.as('summary'),
      'l.revision as revision_now',
    ]);
}

export type OverseenReport = Awaited<ReturnType<typeof listReports>>[number];

/** Every report: those that wait first, the longest waiting before all; then those settled, newest first. */
export async function listReports(db: Db) {
  return reportsToOversee(db)
    .orderBy(sql`r.settled_at is not null`)
    .orderBy(sql`case when r.settled_at is null then r.made_at end`)
    .orderBy('r.settled_at', 'desc')
    .orderBy('r.id')
    .execute();
}

export async function findOverseen(db: Db, id: string): Promise<OverseenReport | undefined> {
  return reportsToOversee(db).where('r.id', '=', id).executeTakeFirst();
}

/** Reports that wait for an answer, the oldest first. */
export async function openReports(db: Db): Promise<{ id: string; made_at: Date }[]> {
  return db.db
    .selectFrom('risk_report')
    .select(['id', 'made_at'])
    .where('state', '=', 'open')
    .orderBy('made_at')
    .execute();
}
