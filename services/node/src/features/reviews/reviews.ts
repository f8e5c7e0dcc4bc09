import { AppError, newId } from '@practice-exchange/platform';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import type { CaseReview, WorkingReview } from './case-review.ts';
import { type Answers, basisOf, withAnswers } from './section-answers.ts';
import type { Section } from './sections.ts';
import { findReview, insertReview, lockReview, saveWorking } from './store.ts';

type Context = Pick<NodeContext, 'database'>;
type WritingContext = Pick<NodeContext, 'database' | 'jobs'>;

/** Begins a case review; its author is whoever begins it. Gives its id. */
export async function beginReview(context: Context, author: Person, working: WorkingReview): Promise<string> {
  const id = newId();
  await context.database.transaction(async (tx) => {
    await insertReview(tx, { id, record: newId(), author: author.id, working });
    await audit(tx, { person: author.id, action: 'review-begun', subjectType: 'review', subject: id });
  });
  return id;
}

/** A case review. Throws `review-unknown` (404). */
export async function readReview(context: Context, id: string): Promise<CaseReview> {
  const review = /^[0-9a-f-]{36}$/.test(id) ? await findReview(context.database, id) : undefined;
  if (!review) throw reviewUnknown();
  return review;
}

/** A case review that this person may change. Throws `review-unknown`, `not-the-author` (403) or `review-ended` (409). */
export async function readOwnReview(context: Context, author: Person, id: string): Promise<CaseReview> {
  return assertMayChange(await readReview(context, id), author);
}

/** The review, when this person may change it. Throws as `readOwnReview` does. */
export function assertMayChange(review: CaseReview | undefined, author: Person): CaseReview {
  if (!review) throw reviewUnknown();
  if (review.author.id !== author.id) throw notTheAuthor();
  if (hasEnded(review)) {
    throw new AppError({
      code: 'review-ended',
      status: 409,
      title: 'This review has been withdrawn',
      message: 'A withdrawn case review can no longer be changed.',
    });
  }
  return review;
}

/** Whether a review can never be changed again. */
export function hasEnded(review: Pick<CaseReview, 'state'>): boolean {
  return review.state === 'withdrawn' || review.state === 'removed';
}

/**
 * Saves an edit. `version` is the one that the author began from: when somebody has saved since, nothing is saved and
 * `review-changed` (409) is thrown. Throws `not-the-author` (403) and `review-ended` (409) for a withdrawn review.
 */
export async function saveReview(
  context: WritingContext,
  author: Person,
  edit: { id: string; version: number; working: WorkingReview },
): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = assertMayChange(await lockReview(tx, edit.id), author);
    if (review.version !== edit.version) {
      throw new AppError({
        code: 'review-changed',
        status: 409,
        title: 'This review was changed meanwhile',
        message:
          'This review was saved in another window after you opened it. Nothing was saved now; copy what you wrote and open it again.',
      });
    }
    await saveWorking(tx, edit.id, edit.working);
    await audit(tx, {
      person: author.id,
      action: 'review-edited',
      subjectType: 'review',
      subject: edit.id,
      detail: { version: review.version + 1 },
    });
    tx.onCommit(() => void context.jobs.wake('check-anonymity'));
  });
}

/**
 * Saves the answers of one section. `basis` tells the state of that section from which the author began: when it is another
 * by now, nothing is saved and the review is given as it stands, so that both can be shown. Two people, or two windows, in
 * different sections do not disturb each other. Answers that change nothing save nothing, and void no approval.
 * Throws as `assertMayChange` does.
 */
export async function saveSection(
  context: WritingContext,
  author: Person,
  edit: { id: string; section: Section; basis: string; answers: Answers },
): Promise<{ conflict: CaseReview | null }> {
  return context.database.transaction(async (tx) => {
    const review = assertMayChange(await lockReview(tx, edit.id), author);
    const working = withAnswers(edit.section, review.working, edit.answers);
    const now = basisOf(edit.section, review.working);
    if (basisOf(edit.section, working) === now) return { conflict: null };
    if (now !== edit.basis) return { conflict: review };
    await saveWorking(tx, edit.id, working);
    await audit(tx, {
      person: author.id,
      action: 'review-edited',
      subjectType: 'review',
      subject: edit.id,
      detail: { version: review.version + 1, section: edit.section.id },
    });
    tx.onCommit(() => void context.jobs.wake('check-anonymity'));
    return { conflict: null };
  });
}

export function reviewUnknown(): AppError {
  return new AppError({
    code: 'review-unknown',
    status: 404,
    title: 'Not found',
    message: 'There is no such case review.',
  });
}

export function notTheAuthor(): AppError {
  return new AppError({
    code: 'not-the-author',
    status: 403,
    title: 'Not your review',
    message: 'Only its author can change a case review.',
  });
}
