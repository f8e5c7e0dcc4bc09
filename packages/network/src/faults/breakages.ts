import { type ChainPlace, HubClient } from '@practice-exchange/protocol';
import type { LearningIndex } from '@practice-exchange/search';

/** What a broken node does, so that the harness can be seen to notice it. */
export const breakNode = {
  /** The receipts feed is read from one place too far. */
  'receipt-cursor-skips'(_ownPlace: () => Promise<ChainPlace>) {
    const { receipts } = HubClient.prototype;
    HubClient.prototype.receipts = async function (after, ...rest) {
      const answer = await receipts.call(this, after, ...rest);
      return { ...answer, receipts: after === 0 ? answer.receipts : answer.receipts.slice(1) };
    };
  },
  /** A node that was restored from a backup does not look whether the hub holds more, and writes on places that are taken. */
  'restored-node-does-not-look'(ownPlace: () => Promise<ChainPlace>) {
    HubClient.prototype.cursor = async () => ({ next: await ownPlace(), ahead: [] });
  },
  /** A report that somebody could be recognised is taken for sent and never was. */
  'reports-stay-here'(_ownPlace: () => Promise<ChainPlace>) {
    HubClient.prototype.reportRisk = async ({ id, record, how, says }) => ({
      ...{ id, record, how, says, side: 'made', state: 'open', revision: 1, by: null, settledAt: null, answer: null },
      at: new Date().toISOString(),
    });
  },
} as const;

/** What a broken hub does. */
export const breakHub = {
  /** A purge that leaves the index as it is, and a probe that does not look. */
  'purge-forgets-the-index': (index: LearningIndex) =>
    standIn(index, { remove: async () => undefined, has: async () => false, containsPhrase: async () => [] }),
  /** `indexed` is said of what the engine never got. */
  'indexed-without-indexing': (index: LearningIndex) =>
    standIn(index, { index: async () => undefined, has: async () => true }),
} as const;

function standIn(index: LearningIndex, methods: Partial<LearningIndex>): LearningIndex {
  return new Proxy(index, {
    get(target, name) {
      const member = (Reflect.get(methods, name) ?? Reflect.get(target, name, target)) as unknown;
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

export type NodeBreakage = keyof typeof breakNode;
export type HubBreakage = keyof typeof breakHub;
export type Breakage = NodeBreakage | HubBreakage;

/** Every way to break a build on purpose. */
export const breakages = [...Object.keys(breakNode), ...Object.keys(breakHub)] as readonly Breakage[];

export const isNodeBreakage = (breakage: Breakage | null): breakage is NodeBreakage =>
  breakage !== null && Object.hasOwn(breakNode, breakage);
export const isHubBreakage = (breakage: Breakage | null): breakage is HubBreakage =>
  breakage !== null && Object.hasOwn(breakHub, breakage);
