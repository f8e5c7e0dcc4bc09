import {
  assertFollows,
  type ChainHead,
  type ChainPlace,
  type ConformanceStep,
  conformanceSteps,
  generatePrivateJwk,
  hashOf,
  headAfter,
  isSynthetic,
  type Operation,
  openPublication,
  openSigningKey,
  type Problem,
  ProtocolError,
  type PublicationItem,
  type PublicJwk,
  problemFor,
  type ReceiptState,
  type SigningKey,
  signReceipt,
  startOfEpoch,
  thumbprintOf,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';
import type { Observer } from './observer.ts';

type Taken = {
  readonly item: PublicationItem;
  readonly head: ChainHead;
  readonly op: Operation;
  readonly receipt: string;
};

/** What a node has sent, checked as it comes, and what it is answered. */
export class NodeLog {
  readonly #hub: string;
  readonly #key: SigningKey;
  readonly #observer: Observer;
  readonly #taken: Taken[] = [];
  readonly #feed: string[] = [];
  readonly #remembered = new Map<string, string>();
  readonly keys = new Map<string, PublicJwk>();
  node = '';
  isLive = false;
  #isConfirmed = false;
  #lost: Taken | null = null;
  #badReceiptAt: number | null = null;
  #badReceiptsGiven = 0;

  constructor({ hub, key, observer }: { hub: string; key: SigningKey; observer: Observer }) {
    this.#hub = hub;
    this.#key = key;
    this.#observer = observer;
  }

  enrol(node: string, key: PublicJwk): void {
    if (this.node !== '' && this.node !== node) {
      this.#observer.holds('JOI-5', 'asks for the same thing when it joins again', false, 'it came as another node');
    }
    this.node = node;
    this.keys.set(thumbprintOf(key), key);
  }

  confirm(): void {
    this.#isConfirmed = true;
  }

  get head(): ChainHead {
    return this.#taken.at(-1)?.head ?? startOfEpoch(this.node, 1);
  }

  next(): ChainPlace {
    const { epoch, seq, hash } = this.head;
    return { epoch, seq: seq + 1, prev: hash };
  }

  standing() {
    const state = this.isLive ? 'live' : this.#isConfirmed ? 'conformance' : 'awaiting-fingerprint';
    const authority = '5f0c2d6e-8a1b-4e7f-b3c9-000000000001';
    return { node: this.node, authority, state, mayPublish: this.isLive, isServed: this.isLive } as const;
  }

  membership() {
    const done = new Set<ConformanceStep>(this.#taken.map(({ op }) => op as ConformanceStep));
    return {
      ...this.standing(),
      next: this.next(),
      keys: [...this.keys.keys()].map((kid) => ({
        kid,
        from: new Date().toISOString(),
        retired: null,
        notTrustedAfter: null,
      })),
      recovery: null,
      recoveries: [],
      conformance: conformanceSteps.map((step) => ({
        step,
        state: done.has(step) || this.isLive ? ('done' as const) : ('waiting' as const),
        at: null,
        reason: null,
      })),
    };
  }

  /** Remembers what a refused batch held: it must come again to the byte. */
  remember(items: readonly PublicationItem[]): void {
    for (const item of items) this.#compare(item);
  }

  /** Plays a hub that was restored from a backup: its newest publication is gone. */
  loseLast(): void {
    this.#lost = this.#taken.pop() ?? null;
  }

  take(
    items: readonly PublicationItem[],
  ): { receipts: string[]; next: ChainPlace; refused: null } | { problem: Problem } {
    const receipts: string[] = [];
    for (const item of items) {
      this.#compare(item);
      const again = this.#taken.find((taken) => taken.item.envelope === item.envelope);
      if (again) {
        receipts.push(again.receipt);
        continue;
      }
      const opened = openPublication(item, (kid) => this.keys.get(kid), { node: this.node });
      this.#observer.see('SIG-7', 'signs what it sends, in the protocol’s form', () =>
        must(opened.status !== 'refused', opened.status === 'refused' ? opened.code : ''),
      );
      if (opened.status === 'refused') return { problem: problemFor(opened.code) };
      this.#observer.holds(
        'BOD-2',
        'commits to the bodies that it sends',
        opened.status === 'opened',
        'a body is not fit',
      );
      const follows = this.#observer.see('CHN-2', 'chains what it sends', () =>
        assertFollows(this.head, opened.envelope),
      );
      if (!follows) return { problem: problemFor('sequence-gap', { expected: this.next() }) };
      const { envelope } = opened;
      this.#observer.holds(
        'JOI-12',
        'sends nothing but synthetic publications before it is live',
        this.isLive || isSynthetic(envelope) || envelope.op === 'heartbeat',
        `it sent a ${envelope.op} that is not`,
      );
      const receipt = this.#sign(opened, envelope.op === 'withdraw' ? 'withdrawn' : 'accepted');
      this.#taken.push({ item, head: headAfter(opened), op: envelope.op, receipt });
      if (this.#lost?.item.envelope === item.envelope) {
        this.#observer.holds('PUB-8', 'goes on from the place that the hub names', true);
        this.#lost = null;
      } else {
        this.#feed.push(receipt);
      }
      receipts.push(receipt);
      if (envelope.op === 'revise' && this.#badReceiptsGiven === 0) this.#badReceiptAt = this.#feed.length;
      if (envelope.op === 'withdraw') this.#feed.push(this.#sign(opened, 'purged'));
    }
    return { receipts, next: this.next(), refused: null };
  }

  receiptsAfter(after: number): { receipts: { position: number; jws: string }[]; next: number } {
    if (this.#badReceiptAt !== null && this.#badReceiptsGiven > 0) {
      this.#observer.holds(
        'RCP-3',
        'keeps no receipt that another key signed',
        after < this.#badReceiptAt,
        'it went on after one',
      );
      this.#badReceiptAt = null;
    }
    if (this.#badReceiptAt !== null && after < this.#badReceiptAt) {
      this.#badReceiptsGiven += 1;
      const { draft } = this.#drafts.get(this.#feed[this.#badReceiptAt - 1] ?? '') ?? {};
      const forged = draft ? signReceipt(draft, openSigningKey(generatePrivateJwk())) : '';
      return { receipts: [{ position: this.#badReceiptAt, jws: forged }], next: this.#badReceiptAt };
    }
    if (after >= this.#feed.length && this.#taken.at(-1)?.op === 'withdraw') this.isLive = true;
    const receipts = this.#feed.slice(after).map((jws, index) => ({ position: after + index + 1, jws }));
    return { receipts, next: after + receipts.length };
  }

  readonly #drafts = new Map<string, { draft: Parameters<typeof signReceipt>[0] }>();

  #sign(
    {
      envelope,
      hash,
    }: {
      envelope: {
        node: string;
        epoch: number;
        seq: number;
        op: Operation;
        record: string | null;
        revision: number | null;
      };
      hash: string;
    },
    state: Exclude<ReceiptState, 'quarantined' | 'rejected'>,
  ): string {
    const { node, epoch, seq, op, record, revision } = envelope;
    const at = new Date().toISOString();
    const draft = {
      hub: this.#hub,
      node,
      epoch,
      seq,
      op,
      record,
      revision,
      envelope: hash,
      state,
      reason: null,
      at,
    } as const;
    const jws = signReceipt(draft, this.#key);
    this.#drafts.set(jws, { draft });
    return jws;
  }

  /** What was sent for a place once is sent for it again, to the byte. */
  #compare(item: PublicationItem): void {
    const place = placeOf(item);
    const before = this.#remembered.get(place);
    const hash = hashOf(item.envelope);
    this.#remembered.set(place, before ?? hash);
    this.#observer.holds('PUB-7', 'sends the same bytes again', before === undefined || before === hash, 'others came');
  }
}

function placeOf({ envelope }: PublicationItem): string {
  try {
    const { epoch, seq } = JSON.parse(Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return `${epoch}/${seq}`;
  } catch {
    throw new ProtocolError('malformed-jws');
  }
}
