import type { Database } from '@practice-exchange/platform';
import type { RiskKind, RiskReport, RiskReportState } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import { type SqlBool, sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** What to read of a report to show it: with the case review of the record, where it is ours. */
function reports(db: Db) {
  return db.db
    .selectFrom('risk_report as r')
    .leftJoin('case_review as c', 'c.record', 'r.record')
    .leftJoin('person as author', 'author.id', 'c.author')
    .selectAll('r')
    .select([
      'c.id as review',
      'c.author',
      'author.name as author_name',
      sql<string | null>`c.working #>> '{prose,title}'`.as('title'),
    ]);
}

export type FoundReport = NonNullable<Awaited<ReturnType<typeof findReport>>>;

export async function findReport(db: Db, id: string) {
  return reports(db).where('r.id', '=', id).executeTakeFirst();
}

/** A report of one of our records, locked for its answer. */
export async function lockOfOurs(tx: Db, id: string): Promise<FoundReport | undefined> {
  tx.assertTransaction();
  return reports(tx).where('r.id', '=', id).where('r.side', '<>', 'made').forUpdate('r').executeTakeFirst();
}

/** Reports of our own records, those that wait first and the oldest before all. */
export async function reportsOfOurs(db: Db): Promise<FoundReport[]> {
  return reports(db)
    .where('r.side', '<>', 'made')
    .orderBy(sql`r.settled_at is not null`)
    .orderBy(sql`case when r.settled_at is null then r.made_at end`)
    .orderBy('r.settled_at', 'desc')
    .execute();
}

/** Reports of one of our records that wait for somebody here to act, the oldest first. */
export async function openReportsOf(db: Db, record: string): Promise<{ id: string }[]> {
  return db.db
    .selectFrom('risk_report')
    .select('id')
    .where('record', '=', record)
    .where('side', '<>', 'made')
    .where('state', '=', 'open')
    .orderBy('made_at')
    .execute();
}

/** Reports that were made here, newest first: by one person, or by anybody. */
export async function reportsMadeHere(db: Db, by: Pick<Person, 'id'> | null): Promise<FoundReport[]> {
  let made = reports(db).where('r.side', '<>', 'received').orderBy('r.made_at', 'desc');
  if (by) made = made.where('r.made_by', '=', by.id);
  return made.execute();
}

/** The newest report of a record that was made here. */
export async function newestMadeOf(db: Db, record: string): Promise<FoundReport | undefined> {
  return reports(db)
    .where('r.record', '=', record)
    .where('r.side', '<>', 'received')
    .orderBy('r.made_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Whether a record is one that this authority has published. */
export async function isOurs(db: Db, record: string): Promise<boolean> {
  const row = await db.db
    .selectFrom('case_review')
    .select('id')
    .where('record', '=', record)
    .where('published_edition', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Keeps a report that somebody here makes. Gives false when it is kept already: the button was pressed twice. */
export async function insertMade(
  tx: Db,
  report: { id: string; side: 'made' | 'own'; record: string; how: RiskKind; says: string; madeBy: string },
): Promise<boolean> {
  const { madeBy, ...row } = report;
  const inserted = await tx.db
    .insertInto('risk_report')
    .values({ ...row, made_by: madeBy })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

// What the hub did not find was perhaps not sent there again yet.
const mayTry = sql<SqlBool>`(tried_at is null or tried_at < now() - interval '10 minutes')`;

/** Reports that the hub has not taken yet, the oldest first. */
export async function unsentReports(db: Db) {
  const rows = await db.db
    .selectFrom('risk_report')
    .select(['id', 'record', 'how', 'says'])
    .where('side', '=', 'made')
    .where('state', '=', 'open')
    .where('sent_at', 'is', null)
    .where('problem', 'is', null)
    .where(mayTry)
    .orderBy('made_at')
    .execute();
  return rows.map(({ id, record, how, says }) => ({ id, record, how: how as RiskKind, says: says ?? '' }));
}

/** Answers that the hub has not taken yet. */
export async function unsentAnswers(db: Db): Promise<{ id: string; answer: string }[]> {
  const rows = await db.db
    .selectFrom('risk_report')
    .select(['id', 'answer'])
    .where('side', '=', 'received')
    .where('state', '=', 'open')
    .where('answer', 'is not', null)
    .where('answer_sent_at', 'is', null)
    .where('problem', 'is', null)
    .where(mayTry)
    .orderBy('made_at')
    .execute();
  return rows.map(({ id, answer }) => ({ id, answer: answer ?? '' }));
}

export async function markTried(db: Db, id: string): Promise<void> {
  await db.db.updateTable('risk_report').set({ tried_at: sql<Date>`now()` }).where('id', '=', id).execute();
}

export async function markRefused(db: Db, id: string, problem: string): Promise<void> {
  await db.db.updateTable('risk_report').set({ problem }).where('id', '=', id).execute();
}

/** Takes the hub's word for what became of a report. Words that it does not tell any more are destroyed. */
export async function followReport(db: Db, { id, state, how, says, answer, settledAt }: RiskReport): Promise<void> {
  await db.db
    .updateTable('risk_report')
    .set({
      state,
      how: sql`case when ${says}::text is null or acted = 'withdrawn' then null else coalesce(how, ${how}) end`,
      says: sql`case when ${says}::text is null or acted = 'withdrawn' then null else coalesce(says, ${says}) end`,
      // An answer that the hub does not know of yet is still on its way.
      answer: state === 'open' ? sql`answer` : sql`case when acted = 'withdrawn' then null else ${answer}::text end`,
      settled_at: state === 'open' ? null : settledAt === null ? sql`coalesce(settled_at, now())` : new Date(settledAt),
      sent_at: sql`coalesce(sent_at, now())`,
      answer_sent_at: state === 'open' ? null : sql`coalesce(answer_sent_at, now())`,
    })
    .where('id', '=', id)
    .execute();
}

/**
 * Keeps a report that the hub tells of and that is not here: of one of our records, or one that was made here and that a
 * restored backup does not hold. Gives whether it is new. Nothing is kept of a record that we have taken back.
 */
export async function insertTold(tx: Db, { id, side, record, how, says, by, at }: RiskReport): Promise<boolean> {
  const { rows } = await sql`
    insert into risk_report (id, side, record, how, says, by_name, made_at, sent_at, acted)
    select ${id}, ${side}, ${record}, case when w.record is null then ${how}::text end,
      case when w.record is null then ${says}::text end, ${by?.name ?? null}, ${new Date(at)}, now(),
      case when w.record is not null then 'withdrawn' end
    from (values (1)) as one left join lateral (
      select p.record from publication p where p.record = ${record} and p.op = 'withdraw' limit 1
    ) w on true
    on conflict (id) do nothing
    returning id`.execute(tx.db);
  return rows.length > 0;
}

/** What is kept of reports that the hub knows: each with when it had it. */
export async function knownToHub(
  db: Db,
): Promise<{ id: string; side: string; state: RiskReportState; sent_at: Date | null }[]> {
  return db.db
    .selectFrom('risk_report')
    .select(['id', 'side', 'state', 'sent_at'])
    .where('side', '<>', 'own')
    .execute();
}

/** The hub has lost a report that waits: it is sent again. */
export async function sendAgain(db: Db, id: string): Promise<void> {
  await db.db.updateTable('risk_report').set({ sent_at: null, tried_at: null }).where('id', '=', id).execute();
}

export async function forget(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.db
    .deleteFrom('risk_report')
    .where('id', 'in', [...ids])
    .execute();
}

/** Forgets what was settled thirty days ago. */
export async function forgetSettled(db: Db): Promise<void> {
  await sql`delete from risk_report where settled_at < now() - interval '30 days'`.execute(db.db);
}

/** Keeps why a record of ours stays as it is. What was reported here of it is settled by that; the hub says so of the others. */
export async function keepAnswer(
  tx: Db,
  report: Pick<FoundReport, 'id' | 'side'>,
  answer: string,
  by: string,
): Promise<void> {
  await tx.db
    .updateTable('risk_report')
    .set({
      answer,
      answered_by: by,
      answer_sent_at: null,
      tried_at: null,
      problem: null,
      ...(report.side === 'own' ? { state: 'kept' as const, settled_at: sql<Date>`now()` } : {}),
    })
    .where('id', '=', report.id)
    .execute();
}

/**
 * Notes in the transaction that does it what we did about a record of ours: that may settle what was reported of it. Of a record that
 * is taken back every word is destroyed with it.
 */
export async function noteActed(tx: Db, record: string, acted: 'withdrawn' | 'revised' | 'narrowed'): Promise<void> {
  tx.assertTransaction();
  const ofOurs = () => tx.db.updateTable('risk_report').where('record', '=', record).where('side', '<>', 'made');
  if (acted === 'withdrawn') await ofOurs().set({ acted, how: null, says: null, answer: null }).execute();
  else await ofOurs().set({ acted }).where('state', '=', 'open').execute();
  await ofOurs()
    .set({ state: acted, settled_at: sql<Date>`now()` })
    .where('side', '=', 'own')
    .where('state', '=', 'open')
    .execute();
}

/** Destroys the words of reports that were made here of some records: they are not for us any more. */
export async function closeReportsOf(tx: Db, records: readonly string[]): Promise<void> {
  await tx.db
    .updateTable('risk_report')
    .set({
      how: null,
      says: null,
      answer: null,
      state: sql<RiskReportState>`case when state = 'withdrawn' then state else 'closed' end`,
      settled_at: sql<Date>`coalesce(settled_at, now())`,
    })
    .where('side', '=', 'made')
    .where('record', 'in', [...records])
    .execute();
}

/** Whether any word of a report that was made here of one of the records is left. */
export async function holdsWordsOf(tx: Db, records: readonly string[]): Promise<boolean> {
  const row = await tx.db
    .selectFrom('risk_report')
    .select('id')
    .where('side', '=', 'made')
    .where('record', 'in', [...records])
    .where(sql<SqlBool>`num_nonnulls(how, says, answer) > 0`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
