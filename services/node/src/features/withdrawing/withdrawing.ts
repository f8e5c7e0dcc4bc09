import { AppError } from '@practice-exchange/platform';
import { HubProblem } from '@practice-exchange/protocol';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { append } from '../publishing/append.ts';
import { membershipOf } from '../publishing/publishing.ts';
import { newestRevision } from '../publishing/store.ts';
import { hasEnded, reviewUnknown } from '../reviews/reviews.ts';
import { lockReview, setState } from '../reviews/store.ts';
import { noteActed } from '../risk-reports/store.ts';
import { fetchProofs, sendNarrowings } from './narrowing.ts';
import type { WithdrawalRequest } from './reasons.ts';
import * as store from './store.ts';

type Context = Pick<NodeContext, 'database' | 'keys' | 'jobs' | 'network' | 'log'>;

/** Who may take learning back. */
export const mayWithdraw = (person: Person) => person.roles.includes('lead') || person.roles.includes('publisher');

/**
 * Takes published learning back, for good. In one transaction the withdrawal is signed into the log, every body and salt that
 * is kept for sending is destroyed, and the review ends; it is sent afterwards, ahead of all that waits. Throws
 * `not-published` (409) when there is nothing to take back, and `already-withdrawn` (409).
 */
export async function withdrawReview(
  context: Context,
  person: Person,
  request: WithdrawalRequest & { id: string },
): Promise<void> {
  if (!mayWithdraw(person)) throw notAllowed('Only a lead or a publisher can take learning back.');
  const membership = await membershipOf(context);
  const { id, kind, reason } = request;
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, id);
    if (!review) throw reviewUnknown();
    if (hasEnded(review)) {
      throw new AppError({
        code: 'already-withdrawn',
        status: 409,
        title: 'This was taken back already',
        message: 'It was withdrawn or removed before. Nothing was changed now.',
      });
    }
    if (review.published === null) {
      throw new AppError({
        code: 'not-published',
        status: 409,
        title: 'There is nothing to take back',
        message: 'This case review was never published, so nobody outside your authority can see it.',
      });
    }
    const { record } = review;
    const revision = (await newestRevision(tx, record)) + 1;
    const notice = request.kind === 'withdrawn' ? { notice: request.reason } : {};
    await append(tx, context, membership.node, { op: 'withdraw', record, revision, ...notice }, null);
    await store.destroyBodies(tx, record);
    await noteActed(tx, record, 'withdrawn');
    await setState(tx, id, kind);
    await store.insertWithdrawal(tx, {
      review: id,
      record,
      kind,
      reason,
      askedBy: person.id,
    });
    await audit(tx, {
      person: person.id,
      action: kind,
      subjectType: 'review',
      subject: id,
      detail: { reason, revision },
    });
    tx.onCommit(() => {
      void context.jobs.wake('withdraw-ahead');
      void context.jobs.wake('deliver');
    });
  });
}

/**
 * Sends withdrawals and narrower audiences ahead of their turn, whatever waits before them, and whether or not the hub takes anything else from this
 * node now. The hub hides the record at once; the log comes to the same envelope later.
 */
export async function sendAhead(context: Pick<NodeContext, 'database' | 'network' | 'jobs' | 'log'>): Promise<void> {
  const membership = await context.network.membership();
  if (!membership) return;
  const waiting = await store.unansweredWithdrawals(context.database, membership.epoch);
  const hub = await context.network.hub();
  const refused: HubProblem[] = [];
  for (const { record, envelope } of waiting) {
    try {
      await hub.withdrawAhead(envelope);
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      // `not-found`: the log has passed its place meanwhile, and what came of it there is answered there.
      if (error.code !== 'not-found') {
        // One that the hub does not take now, such as one under a lost key, keeps no other waiting.
        refused.push(error);
        continue;
      }
    }
    await store.markSentAhead(context.database, record);
    await context.jobs.wake('fetch-receipts');
  }
  await sendNarrowings(context, hub);
  await fetchProofs(context, hub, membership);
  if (refused[0]) throw refused[0];
}
