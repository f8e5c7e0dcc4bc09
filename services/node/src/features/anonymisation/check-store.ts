import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import type { WorkingReview } from '../reviews/case-review.ts';
import type { GuardFailure, GuardFinding, Risk } from './guard-finding.ts';

type Db = Database<NodeSchema>;

/** After how many failures in a row the node no longer tries by itself; a person can always ask again. */
export const attemptsByItself = 3;

/** What the guard said last of a working text. */
export type WorkingCheck = {
  reviewVersion: number;
  denyVersion: number;
  failure: GuardFailure | null;
  attempts: number;
  findings: GuardFinding[];
  risk: Risk | null;
  checkedAt: Date;
};

export async function findWorkingCheck(db: Db, review: string): Promise<WorkingCheck | undefined> {
  const row = await db.db.selectFrom('working_check').selectAll().where('review', '=', review).executeTakeFirst();
  return (
    row && {
      reviewVersion: row.review_version,
      denyVersion: row.deny_version,
      failure: row.failure,
      attempts: row.attempts,
      findings: row.findings,
      risk: row.risk,
      checkedAt: row.checked_at,
    }
  );
}

/** Keeps what was found, unless a check of a newer text or list has been kept meanwhile. */
export async function saveWorkingCheck(
  db: Db,
  check: {
    review: string;
    reviewVersion: number;
    denyVersion: number;
    guardVersion: string;
    failure: GuardFailure | null;
    findings: readonly GuardFinding[];
    risk: Risk | null;
  },
): Promise<void> {
  const values = {
    review_version: check.reviewVersion,
    deny_version: check.denyVersion,
    guard_version: check.guardVersion,
    failure: check.failure,
    findings: JSON.stringify(check.findings),
    risk: check.risk === null ? null : JSON.stringify(check.risk),
    checked_at: sql<Date>`now()`,
  };
  await db.db
    .insertInto('working_check')
    .values({ review: check.review, ...values })
    .onConflict((conflict) =>
      conflict
        .column('review')
        .doUpdateSet({
          ...values,
          attempts: sql<number>`case when working_check.failure is not null
            and (working_check.review_version, working_check.deny_version) = (excluded.review_version, excluded.deny_version)
            then working_check.attempts + 1 else 1 end`,
        })
        .where(
          sql<boolean>`(working_check.review_version, working_check.deny_version) <= (excluded.review_version, excluded.deny_version)`,
        ),
    )
    .execute();
}

/** The versions of a review's text and of its deny-list: every change of either counts on, by the database itself. */
export async function versionsOf(db: Db, review: string): Promise<{ review: number; denyList: number }> {
  const row = await db.db
    .selectFrom('case_review')
    .select(['version', 'deny_version'])
    .where('id', '=', review)
    .executeTakeFirst();
  return { review: row?.version ?? 0, denyList: row?.deny_version ?? 0 };
}

/** A working text that the guard has yet to see. */
export type UncheckedReview = { id: string; version: number; denyVersion: number; working: WorkingReview };

function unchecked(db: Db) {
  return db.db
    .selectFrom('case_review as r')
    .leftJoin('working_check as w', (join) =>
      join
        .onRef('w.review', '=', 'r.id')
        .onRef('w.review_version', '=', 'r.version')
        .onRef('w.deny_version', '=', 'r.deny_version'),
    )
    .select(['r.id', 'r.version', 'r.deny_version', 'r.working'])
    .where('r.state', 'in', ['draft', 'returned']);
}

/** Texts being written whose newest version has not been checked, or whose check failed and may be tried again. */
export async function uncheckedReviews(db: Db, limit: number): Promise<UncheckedReview[]> {
  const rows = await unchecked(db)
    .where((eb) =>
      eb.or([
        eb('w.review', 'is', null),
        eb.and([eb('w.failure', 'is not', null), eb('w.attempts', '<', attemptsByItself)]),
      ]),
    )
    .orderBy('r.updated_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ id: row.id, version: row.version, denyVersion: row.deny_version, working: row.working }));
}

/** One review's text as it is to be checked. */
export async function uncheckedReview(db: Db, id: string): Promise<UncheckedReview | undefined> {
  const row = await db.db
    .selectFrom('case_review')
    .select(['id', 'version', 'deny_version', 'working'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { id: row.id, version: row.version, denyVersion: row.deny_version, working: row.working };
}

/** Forgets a failed check, so that the next run tries again. */
export async function forgetFailedCheck(tx: Db, review: string): Promise<void> {
  await tx.db.deleteFrom('working_check').where('review', '=', review).where('failure', 'is not', null).execute();
}

/** The codes of what this authority shares now, apart from one review, with whether the whole network sees it. */
export async function ownPublished(db: Db, except: string) {
  return db.db
    .selectFrom('case_review as r')
    .innerJoin('edition as e', (join) =>
      join.onRef('e.review', '=', 'r.id').onRef('e.number', '=', 'r.published_edition'),
    )
    .select(['e.content', sql<boolean>`r.published_audience ->> 'scope' = 'network'`.as('everyoneSees')])
    .where('r.id', '<>', except)
    .where('r.state', 'not in', ['withdrawn', 'removed'])
    .execute();
}

/** What of this review itself the hub holds and counts: its published content, when the whole network sees it. */
export async function countedAlready(db: Db, review: string) {
  const row = await db.db
    .selectFrom('case_review as r')
    .innerJoin('edition as e', (join) =>
      join.onRef('e.review', '=', 'r.id').onRef('e.number', '=', 'r.published_edition'),
    )
    .select('e.content')
    .where('r.id', '=', review)
    .where(sql<boolean>`r.published_audience ->> 'scope' = 'network'`)
    .where('r.state', 'not in', ['withdrawn', 'removed'])
    .executeTakeFirst();
  return row?.content;
}
