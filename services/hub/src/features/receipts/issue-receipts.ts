import type { Database } from '@practice-exchange/platform';
import {
  type CompactJws,
  hashOf,
  type Operation,
  type ReceiptDraft,
  type ReceiptFinding,
  type ReceiptReason,
  type ReceiptState,
  signReceipt,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { appendReceipts } from './store.ts';

/** A publication that is being answered. */
export type Answered = {
  node: string;
  epoch: number;
  seq: number;
  op: Operation;
  record: string | null;
  revision: number | null;
  hash: string;
};

/** What is said of it; of what was quarantined or rejected also where, or a person's words. */
export type Answer =
  | { state: 'quarantined' | 'rejected'; reason: ReceiptReason; findings?: ReceiptFinding[]; note?: string }
  | { state: 'purged'; reason: null; certificate: CompactJws }
  | { state: Exclude<ReceiptState, 'quarantined' | 'rejected' | 'purged'>; reason: null };

/**
 * Signs receipts, keeps them in the node's feed and announces them: all in the transaction that made them true. Gives the
 * signed receipts in the same order.
 */
export async function issueReceipts(
  tx: Database<HubSchema>,
  hub: HubContext['hub'],
  node: string,
  answers: readonly (Answered & Answer)[],
): Promise<string[]> {
  const at = new Date().toISOString();
  const signed = answers.map((answer) => {
    const { hash, ...rest } = answer;
    // A certificate travels beside the receipt, which names it by its digest.
    const certificate = 'certificate' in answer ? answer.certificate : null;
    const draft = {
      hub: hub.id,
      envelope: hash,
      at,
      ...rest,
      ...(certificate && { certificate: hashOf(certificate) }),
    };
    return { answer, certificate, jws: signReceipt(draft as ReceiptDraft, hub.key) };
  });
  await appendReceipts(
    tx,
    node,
    signed.map(({ answer: { epoch, seq, state, reason }, jws, certificate }) => ({
      node,
      epoch,
      seq,
      state,
      reason,
      jws,
      certificate,
    })),
  );
  return signed.map(({ jws }) => jws);
}
