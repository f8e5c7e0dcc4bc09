import {
  type ChainHead,
  type PublicationIntent,
  type Receipt,
  sealPublication,
  verifyReceipt,
} from '@practice-exchange/protocol';
import type { TestHub, TestMember } from './test-hub.ts';

/** A member that publishes: keeps the head of its log, as a node does. */
export type Publisher = {
  publish(...intents: PublicationIntent[]): ReturnType<TestMember['client']['publish']>;
  /** Where its log stands. */
  head(): ChainHead;
  /** Every receipt since the conformance run, verified, oldest first. */
  receipts(): Promise<Receipt[]>;
};

/** Publishes in a member's name, one intent after another in its log. */
export function publishAs(test: TestHub, member: TestMember): Publisher {
  let head: ChainHead = member.head;
  return {
    async publish(...intents) {
      const items = intents.map((intent) => {
        const sealed = sealPublication(head, intent, { key: member.key, created: new Date().toISOString() });
        head = sealed.head;
        return sealed.item;
      });
      return member.client.publish(items);
    },
    head: () => head,
    async receipts() {
      const keys = new Map(test.hub.context.hub.keys.map(({ kid, key }) => [kid, key]));
      const { receipts } = await member.client.receipts(0);
      return receipts
        .map(({ jws }) => verifyReceipt(jws, (kid) => keys.get(kid)).receipt)
        .filter(({ epoch, seq }) => epoch > member.head.epoch || seq > member.head.seq);
    },
  };
}
