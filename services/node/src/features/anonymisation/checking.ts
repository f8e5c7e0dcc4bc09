import type { DenyEntry } from '@practice-exchange/anonymisation';
import type { LearningProse } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { readOwnReview } from '../reviews/reviews.ts';
import {
  findWorkingCheck,
  forgetFailedCheck,
  saveWorkingCheck,
  type UncheckedReview,
  uncheckedReview,
  uncheckedReviews,
  versionsOf,
} from './check-store.ts';
import { denyListOf } from './deny-list-store.ts';
import { runGuard, verdictFrom } from './guard.ts';
import {
  fieldsOf,
  type GuardFailure,
  type GuardFinding,
  type GuardVerdict,
  type Risk,
  type RiskCodes,
} from './guard-finding.ts';
import { assessRisk } from './risk.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'log' | 'guard' | 'jobs' | 'sharedCounts'>;

const batch = 20;

/** Checks a text with the case's deny-list, and its codes against the network. Waits for the guard, never holds the event loop. */
export async function checkText(
  context: Context,
  text: { review: string; prose: Partial<LearningProse>; codes: RiskCodes; denyList: readonly DenyEntry[] },
): Promise<GuardVerdict> {
  const denyList = text.denyList.map(({ value, kind }) => ({ value, kind }));
  const [checked, risk] = await Promise.all([
    runGuard(context, { fields: fieldsOf(text.prose), denyList }),
    assessRisk(context, text.review, text.codes),
  ]);
  return verdictFrom(checked, risk?.withSignals(checked.findings) ?? null);
}

/**
 * The job `check-anonymity`: checks every draft whose newest text and list have not been checked. What is to be done is
 * read from the database, so a lost wake-up or a crash half-way loses nothing. Each draft is tried once in a run.
 */
export async function checkDrafts(context: Context): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const waiting = await uncheckedReviews(context.database, batch);
    const fresh = waiting.filter(({ id }) => !tried.has(id));
    if (fresh.length === 0) return;
    for (const review of fresh) {
      tried.add(review.id);
      await checkDraft(context, review);
    }
  }
}

async function checkDraft(context: Context, review: UncheckedReview): Promise<void> {
  const { id, working } = review;
  const denyList = await denyListOf(context.database, id);
  const verdict = await checkText(context, { review: id, ...working, denyList });
  await saveWorkingCheck(context.database, {
    review: id,
    reviewVersion: review.version,
    // The list was read after its version: a change in between is kept as unseen, and seen by the next run.
    denyVersion: review.denyVersion,
    guardVersion: verdict.version,
    failure: verdict.failure,
    findings: verdict.findings,
    risk: verdict.risk,
  });
}

/** What the guard says of a draft as it stands. */
export type DraftFindings = {
  /** `waiting`: the newest text has not been checked yet; the findings are those of an older one. */
  readonly state: 'waiting' | 'checked' | 'failed';
  readonly failure: GuardFailure | null;
  readonly findings: readonly GuardFinding[];
  readonly risk: Risk | null;
  readonly checkedAt: Date | null;
  /** Findings of one field of the record, list items included: `title`, `learningPoints`, `codes`. */
  inField(field: string): readonly GuardFinding[];
};

/**
 * What the guard found in a review's working text, for the pages where it is written. Wakes the check when the newest text
 * has not been seen; never waits for it.
 */
export async function findingsFor(context: Context, reviewId: string): Promise<DraftFindings> {
  const [check, newest] = await Promise.all([
    findWorkingCheck(context.database, reviewId),
    versionsOf(context.database, reviewId),
  ]);
  const isNewest = check?.reviewVersion === newest.review && check.denyVersion === newest.denyList;
  if (!isNewest) await context.jobs.wake('check-anonymity');
  const findings = check?.findings ?? [];
  return {
    state: !isNewest ? 'waiting' : check?.failure ? 'failed' : 'checked',
    failure: isNewest ? (check?.failure ?? null) : null,
    findings,
    risk: check?.risk ?? null,
    checkedAt: check?.checkedAt ?? null,
    inField: (field) => findings.filter((finding) => finding.field === field || finding.field.startsWith(`${field}.`)),
  };
}

/**
 * The same, of the newest text: checks it now when nobody has. Waits for the guard, which takes a limited time. A check that
 * failed is not repeated here: a person asks for that.
 */
export async function checkNow(context: Context, reviewId: string): Promise<DraftFindings> {
  const found = await findingsFor(context, reviewId);
  if (found.state !== 'waiting') return found;
  const review = await uncheckedReview(context.database, reviewId);
  if (!review) return found;
  await checkDraft(context, review);
  return findingsFor(context, reviewId);
}

/** Asks for a failed check to be tried again. Throws as `readOwnReview` does. */
export async function retryCheck(context: Context, author: Person, id: string): Promise<void> {
  await readOwnReview(context, author, id);
  await context.database.transaction((tx) => forgetFailedCheck(tx, id));
  await context.jobs.wake('check-anonymity');
}
