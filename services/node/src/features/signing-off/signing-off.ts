import { AppError } from '@practice-exchange/platform';
import { type Audience, canonicalise, type LearningRecord, sha256 } from '@practice-exchange/protocol';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { recordFrom } from '../reviews/case-review.ts';
import { notTheAuthor, reviewUnknown } from '../reviews/reviews.ts';
import { lockReview, setState } from '../reviews/store.ts';
import { type GuardVerdict, guard } from './guard.ts';
import { type Edition, insertEdition, insertSignOff, newestEdition } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'log'>;

/** What both approvals bind: SHA-256 of the canonical content together with who may see it. */
export function contentHashOf(content: LearningRecord, audience: Audience): string {
  return sha256(canonicalise({ audience, content }));
}

/** The next edition could not be frozen: what is missing, or what the guard found. */
export class NotReady extends AppError {
  readonly missing: readonly { field: string; message: string }[];
  readonly verdict: GuardVerdict | null;

  constructor(missing: readonly { field: string; message: string }[], verdict: GuardVerdict | null) {
    super({
      code: verdict ? 'guard-blocks' : 'review-incomplete',
      status: 409,
      title: 'This review cannot be sent yet',
      message: verdict
        ? 'The anonymisation guard found something that must go before anyone else reads this.'
        : 'Some answers are missing.',
    });
    this.missing = missing;
    this.verdict = verdict;
  }
}

/**
 * Freezes the working text as the next edition, checked by the guard, with the author's approval, and sends it for second
 * reading. Throws `NotReady` when answers are missing or the guard blocks; nothing changes then.
 */
export async function sendForReading(context: Context, author: Person, id: string): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, id);
    if (!review) throw reviewUnknown();
    if (review.author.id !== author.id) throw notTheAuthor();
    if (review.state !== 'draft' && review.state !== 'returned')
      throw wrongState('Only a draft can be sent for second reading.');
    const complete = recordFrom(review.working);
    if (!complete.ok) throw new NotReady(complete.missing, null);
    const verdict = guard(complete.record, context.log);
    if (verdict.blocked) throw new NotReady([], verdict);
    const number = ((await newestEdition(tx, id))?.number ?? 0) + 1;
    const { audience } = review.working;
    const contentHash = contentHashOf(complete.record, audience);
    await insertEdition(tx, {
      review: id,
      number,
      author: author.id,
      reviewVersion: review.version,
      content: complete.record,
      audience,
      contentHash,
      guardVersion: verdict.version,
      findings: verdict.findings,
      blocked: verdict.blocked,
    });
    await insertSignOff(tx, {
      review: id,
      edition: number,
      contentHash,
      author: author.id,
      person: author.id,
      part: 'author',
      decision: 'approved',
    });
    await setState(tx, id, 'in-review');
    await audit(tx, {
      person: author.id,
      action: 'sent-for-second-reading',
      subjectType: 'review',
      subject: id,
      detail: { edition: number, contentHash },
    });
  });
}

/**
 * The second person's decision about the newest edition. `contentHash` is the hash of what they read: when it is no longer
 * the newest, or they wrote it themselves, nothing is decided.
 */
export async function decide(
  context: Context,
  reader: Person,
  decision: { id: string; contentHash: string } & (
    | { approve: true; intruderAnswer: string }
    | { approve: false; reason: string }
  ),
): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, decision.id);
    if (!review) throw reviewUnknown();
    if (review.author.id === reader.id) throw notAllowed('You wrote this case review. Somebody else must read it.');
    if (!reader.roles.includes('reviewer')) throw notAllowed('Only a second reader can decide about a case review.');
    if (review.state !== 'in-review') throw wrongState('This case review is not waiting for second reading.');
    const edition = await newestEdition(tx, decision.id);
    if (!edition || edition.contentHash !== decision.contentHash || edition.reviewVersion !== review.version) {
      throw wrongState('The text has changed since you opened it. Read it again before you decide.');
    }
    await insertSignOff(tx, {
      review: decision.id,
      edition: edition.number,
      contentHash: edition.contentHash,
      author: review.author.id,
      person: reader.id,
      part: 'second-person',
      decision: decision.approve ? 'approved' : 'returned',
      ...(decision.approve ? { intruderAnswer: decision.intruderAnswer } : { reason: decision.reason }),
    });
    await setState(tx, decision.id, decision.approve ? 'approved' : 'returned');
    await audit(tx, {
      person: reader.id,
      action: decision.approve ? 'approved' : 'returned',
      subjectType: 'review',
      subject: decision.id,
      detail: { edition: edition.number, contentHash: edition.contentHash },
    });
  });
}

/** The edition that waits for second reading. Throws `review-unknown` when there is none. */
export async function editionToRead(context: Pick<NodeContext, 'database'>, id: string): Promise<Edition> {
  const edition = await newestEdition(context.database, id);
  if (!edition) throw reviewUnknown();
  return edition;
}

export function wrongState(message: string): AppError {
  return new AppError({ code: 'wrong-state', status: 409, title: 'This cannot be done now', message });
}
