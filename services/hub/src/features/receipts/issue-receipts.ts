import type { Database } from '@practice-exchange/platform';
import {
  type Operation,
  type ReceiptDraft,
  type ReceiptFinding,
  type ReceiptReason,
  type ReceiptState,
  signReceipt,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { announceReceipts } from './announcement-store.ts';
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
  | { state: Exclude<ReceiptState, 'quarantined' | 'rejected'>; reason: null };

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
    return { answer, jws: signReceipt({ hub: hub.id, envelope: hash, at, ...rest } as ReceiptDraft, hub.key) };
  });
  await appendReceipts(
    tx,
    node,
    signed.map(({ answer: { epoch, seq, state, reason }, jws }) => ({ node, epoch, seq, state, reason, jws })),
  );
  await announceReceipts(tx, node);
  return signed.map(({ jws }) => jws);
}
