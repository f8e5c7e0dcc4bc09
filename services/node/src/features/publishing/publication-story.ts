import { type ReceiptFinding, reasonText, receiptSchema } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { kindLabel } from '../anonymisation/finding-words.ts';
import { proseHeadings } from '../anonymisation/guard-finding.ts';
import type { CaseReview } from '../reviews/case-review.ts';
import { adviceFor } from './advice.ts';
import { publicationsOf } from './store.ts';

/** What became of one publication, in words for the lead: what it was, what the hub says, and what to do, if anything. */
export type Step = {
  what: string;
  at: Date;
  state: 'waiting' | 'done' | 'refused';
  says: string;
  /** What the hub's own check found, and where. */
  findings: readonly { readonly field: string; readonly kind: string }[];
  /** The words of a person at the hub. */
  note: string | null;
  advice: string | null;
};

const operations: Record<string, string> = {
  publish: 'Published',
  revise: 'Revised',
  rescope: 'Audience changed',
  withdraw: 'Taken back',
  statement: 'Practice statement',
  return: 'Caseload return',
  'rotate-key': 'New signing key',
};

/** What a publication did, in the words of pages; one of the conformance run says so. */
export function operationWord(op: string, synthetic = false): string {
  const word = operations[op] ?? op;
  return synthetic ? `Conformance run: ${word.toLowerCase()}` : word;
}

/** What the network has said about a review's publications, newest first. */
export async function publicationStory(context: Pick<NodeContext, 'database'>, review: CaseReview): Promise<Step[]> {
  const publications = await publicationsOf(context.database, review.record);
  const isTakenBack = publications.some(({ op, state }) => op === 'withdraw' && state !== 'rejected');
  return publications.map((publication) => {
    const said = saidOf(publication);
    // What the hub said before it was taken back no longer holds.
    const isOver = isTakenBack && publication.op !== 'withdraw' && said.state !== 'refused';
    return {
      what: operationWord(publication.op),
      at: publication.created_at,
      ...said,
      ...(isOver ? { state: 'done' as const, says: 'It was taken back since.', advice: null } : {}),
    };
  });
}

/** A publication with the newest receipt that answered it, if any has come. */
export type Answered = {
  op: string;
  synthetic: boolean;
  delivered_at: Date | null;
  state: string | null;
  reason: string | null;
  jws: string | null;
};

/** What the hub has said of a publication, and what to do about it. */
export function saidOf({ op, synthetic, delivered_at, state, reason, jws }: Answered): Omit<Step, 'what' | 'at'> {
  const plain = (kind: Step['state'], says: string) => ({ state: kind, says, findings: [], note: null, advice: null });
  switch (state) {
    case null:
      return plain(
        'waiting',
        delivered_at
          ? 'The hub has it and is checking it.'
          : 'Waiting to be sent. It goes by itself as soon as the hub answers.',
      );
    case 'accepted':
      return synthetic || op === 'statement' || op === 'return' || op === 'rotate-key'
        ? plain('done', 'The hub has accepted it.')
        : plain('waiting', 'The hub has accepted it and is indexing it.');
    case 'indexed':
      return plain('done', 'It can be found in the network.');
    case 'withdrawn':
      return plain('waiting', 'It is hidden from everyone; copies are being destroyed.');
    case 'purged':
      return plain('done', 'Every copy that the hub controls is destroyed.');
    case 'quarantined':
    case 'rejected': {
      const said = jws === null ? {} : readReceipt(jws);
      return {
        state: state === 'quarantined' ? 'waiting' : 'refused',
        says: reasonText(reason ?? 'awaiting-approval'),
        findings: (said.findings ?? []).map(({ field, kind }) => ({
          field: fieldHeading(field),
          kind: kindLabel(kind as never).toLowerCase(),
        })),
        note: said.note ?? null,
        advice: adviceFor(reason ?? ''),
      };
    }
    default:
      return plain('waiting', `The hub says: ${state}.`);
  }
}

/** What a field of a body is called: `learningPoints.2` is the third learning point. */
function fieldHeading(path: string): string {
  const [field = '', index] = path.split('.');
  const heading = proseHeadings.find((known) => known.field === field)?.label ?? 'The text';
  return index !== undefined && /^\d+$/.test(index) ? `${heading}, ${Number(index) + 1}` : heading;
}

/** What stands in a receipt that was verified when it came. */
function readReceipt(jws: string): { findings?: ReceiptFinding[] | undefined; note?: string | undefined } {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  const receipt = receiptSchema.safeParse(JSON.parse(payload));
  return receipt.success ? receipt.data : {};
}
