import { AppError, newId } from '@practice-exchange/platform';
import { notAllowed, type Person } from '@practice-exchange/web';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { hasEnded, notTheAuthor, reviewUnknown } from '../reviews/reviews.ts';
import { lockReview, setState } from '../reviews/store.ts';
import { deleteDenyEntry, denyListOf, insertDenyEntry } from './deny-list-store.ts';

type Context = Pick<NodeContext, 'database' | 'jobs'>;

/** What may be listed, as people are asked. */
export const denyKinds = [
  { code: 'person', label: 'A person', hint: 'The child, family, friends, workers: full name, first name or nickname' },
  { code: 'address', label: 'An address', hint: 'A street, an estate, a house name' },
  { code: 'school', label: 'A school or setting', hint: 'A school, nursery, club or place of worship' },
  { code: 'other', label: 'Something else', hint: 'A gang, a pet, a business, a nickname for a place' },
] as const;

/** One entry as it is typed. */
export const denyEntryForm = z.object({
  kind: z.enum(['person', 'address', 'school', 'other'], { error: 'Select what it is' }),
  value: z
    .string()
    .trim()
    .min(2, 'Enter at least 2 characters')
    .max(200, 'Enter 200 characters or fewer')
    .refine((value) => /[\p{L}\p{N}]{2}/u.test(value), 'Enter a name, an address or other words'),
});

/**
 * Adds an entry to a case's deny-list. The list is the author's and, while it reads an edition, the second reader's: a change
 * voids whatever was checked or signed before. Gives false when it was listed already.
 */
export async function addToDenyList(
  context: Context,
  person: Person,
  id: string,
  entry: z.infer<typeof denyEntryForm>,
): Promise<boolean> {
  return context.database.transaction(async (tx) => {
    const review = await lockReview(tx, id);
    if (!review) throw reviewUnknown();
    const isAuthor = review.author.id === person.id;
    if (!isAuthor && !(person.roles.includes('reviewer') && review.state === 'in-review')) throw notTheAuthor();
    if (hasEnded(review)) throw ended();
    const added = await insertDenyEntry(tx, {
      id: newId(),
      review: id,
      ...entry,
      person: person.id,
      bySecondReader: !isAuthor,
    });
    if (!added) return false;
    // What the author adds changes what an edition must be checked against; what a reader adds they go on to return.
    if (isAuthor && (review.state === 'in-review' || review.state === 'approved')) await setState(tx, id, 'draft');
    await audit(tx, {
      person: person.id,
      action: 'deny-list-added',
      subjectType: 'review',
      subject: id,
      detail: { kind: entry.kind },
    });
    tx.onCommit(() => void context.jobs.wake('check-anonymity'));
    return true;
  });
}

/** Takes an entry off the list. What a second reader added stays, so that the author cannot undo what the reader saw. */
export async function removeFromDenyList(context: Context, person: Person, id: string, entry: string): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, id);
    if (!review) throw reviewUnknown();
    const isAuthor = review.author.id === person.id;
    if (!isAuthor) throw notTheAuthor();
    if (hasEnded(review)) throw ended();
    const listed = (await denyListOf(tx, id)).find((candidate) => candidate.id === entry);
    if (!listed) return;
    if (listed.bySecondReader) {
      throw notAllowed('A second reader put this on the list. It stays, so that what they saw cannot come back.');
    }
    await deleteDenyEntry(tx, id, entry);
    if (review.state === 'in-review' || review.state === 'approved') await setState(tx, id, 'draft');
    await audit(tx, {
      person: person.id,
      action: 'deny-list-removed',
      subjectType: 'review',
      subject: id,
      detail: { kind: listed.kind },
    });
    tx.onCommit(() => void context.jobs.wake('check-anonymity'));
  });
}

function ended(): AppError {
  return new AppError({
    code: 'review-ended',
    status: 409,
    title: 'This review has been withdrawn',
    message: 'A withdrawn case review can no longer be changed.',
  });
}
