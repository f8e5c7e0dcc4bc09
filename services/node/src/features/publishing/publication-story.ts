import { reasonText } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { CaseReview } from '../reviews/case-review.ts';
import { publicationsOf } from './store.ts';

/** What became of one publication, in words for the lead. */
export type Step = { what: string; at: Date; state: 'waiting' | 'done' | 'refused'; says: string };

const operations: Record<string, string> = {
  publish: 'Published',
  revise: 'Revised',
  rescope: 'Audience changed',
  withdraw: 'Withdrawn',
};

/** What the network has said about a review's publications, newest first. */
export async function publicationStory(context: Pick<NodeContext, 'database'>, review: CaseReview): Promise<Step[]> {
  const publications = await publicationsOf(context.database, review.record);
  return publications.map((publication) => ({
    what: operations[publication.op] ?? publication.op,
    at: publication.created_at,
    ...saidOf(publication.delivered_at, publication.state, publication.reason),
  }));
}

function saidOf(delivered: Date | null, state: string | null, reason: string | null): Pick<Step, 'state' | 'says'> {
  if (state === null) {
    return {
      state: 'waiting',
      says: delivered
        ? 'The hub has it and is checking it.'
        : 'Waiting to be sent. It goes by itself as soon as the hub answers.',
    };
  }
  switch (state) {
    case 'accepted':
      return { state: 'waiting', says: 'The hub has accepted it and is indexing it.' };
    case 'indexed':
      return { state: 'done', says: 'It can be found in the network.' };
    case 'withdrawn':
      return { state: 'waiting', says: 'It is hidden from everyone; copies are being purged.' };
    case 'purged':
      return { state: 'done', says: 'Every copy that the hub controls is purged.' };
    case 'quarantined':
      return { state: 'waiting', says: reasonText(reason ?? 'awaiting-approval') };
    case 'rejected':
      return { state: 'refused', says: reasonText(reason ?? 'body-invalid') };
    default:
      return { state: 'waiting', says: `The hub says: ${state}.` };
  }
}
