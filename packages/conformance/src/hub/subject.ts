import {
  type AuthorityProfile,
  type ChainHead,
  type HubClient,
  hubPaths,
  type PublicationIntent,
  type PublicationItem,
  type Receipt,
  type SealedPublication,
  type SigningKey,
  sealPublication,
  verifyReceipt,
  type WellKnown,
} from '@practice-exchange/protocol';
import { must, type Recorder } from '../report.ts';
import { type Answer, mustBeRefused, type RawClient } from './raw-client.ts';

/** Somebody at the node for whom the hub is asked. */
export const reader = { subject: 'A'.repeat(43), role: 'practitioner' } as const;

/** A hub under test, and the node that the suite is towards it. */
export type Subject = {
  readonly recorder: Recorder;
  readonly wellKnown: WellKnown;
  readonly profile: AuthorityProfile;
  readonly invitation: string;
  readonly recoveryKey: SigningKey;
  readonly raw: RawClient;
  client: HubClient;
  authority: string;
  head: ChainHead;
  readonly confirm: () => Promise<void>;
  readonly patienceMs: number;
};

/** Gives an intent its place after the head, without moving the head. */
export function sealNext(subject: Subject, intent: PublicationIntent, at: ChainHead = subject.head): SealedPublication {
  return sealPublication(at, intent, { key: subject.raw.key, created: new Date().toISOString() });
}

/** Sends items as they are. */
export function send({ raw }: Subject, items: readonly PublicationItem[]): Promise<Answer> {
  return raw.post(hubPaths.publications, { items });
}

/** Publishes an intent and moves the head. Gives the first receipt, verified with the hub's keys. */
export async function publish(subject: Subject, intent: PublicationIntent): Promise<Receipt> {
  const sealed = sealNext(subject, intent);
  const answer = await send(subject, [sealed.item]);
  must(answer.status === 200, `a publication was answered ${answer.status} ${answer.code ?? ''}`);
  subject.head = sealed.head;
  const receipt = readReceipt(subject, (answer.json as { receipts: string[] }).receipts[0]);
  must(receipt.envelope === sealed.hash, 'the receipt names another envelope');
  return receipt;
}

/** Verifies a receipt with the keys that the hub lists. */
export function readReceipt({ wellKnown }: Subject, jws: string | undefined): Receipt {
  const keys = new Map(wellKnown.keys.map(({ kid, key }) => [kid, key]));
  return verifyReceipt(jws ?? '', (kid) => keys.get(kid)).receipt;
}

/** Every receipt of the node so far, in order. */
export async function allReceipts(subject: Subject): Promise<{ position: number; receipt: Receipt }[]> {
  const found: { position: number; receipt: Receipt }[] = [];
  for (let after = 0; ; ) {
    const { receipts, next } = await subject.client.receipts(after);
    found.push(...receipts.map(({ position, jws }) => ({ position, receipt: readReceipt(subject, jws) })));
    if (receipts.length === 0) return found;
    after = next;
  }
}

/** Waits until a publication has a receipt with a state. */
export async function awaitReceipt(subject: Subject, seq: number, state: string): Promise<Receipt> {
  for (let after = 0, attempts = 0; attempts < 30; attempts += 1) {
    const { receipts, next } = await subject.client.receipts(after, 2_000);
    const found = receipts.map(({ jws }) => readReceipt(subject, jws)).find((r) => r.seq === seq && r.state === state);
    if (found) return found;
    after = next;
  }
  throw new Error(`no receipt “${state}” came`);
}

/** Checks that items are refused with a code and that the hub wants the same place as before. */
export async function mustLeaveUnchanged(
  subject: Subject,
  items: readonly PublicationItem[],
  ...codes: readonly string[]
): Promise<void> {
  mustBeRefused(await send(subject, items), ...codes);
  await mustStandAtHead(subject);
}

/** Checks that the hub wants the place after the head. */
export async function mustStandAtHead({ client, head }: Subject): Promise<void> {
  const { next } = await client.membership();
  must(next.seq === head.seq + 1 && next.prev === head.hash, `the hub now wants ${next.seq}, not ${head.seq + 1}`);
}
