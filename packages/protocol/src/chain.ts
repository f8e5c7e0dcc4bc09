import { sha256 } from './digest.ts';
import { type Envelope, type VerifiedEnvelope, verifyEnvelope } from './envelope.ts';
import type { KeyLookup } from './keys.ts';
import { protocolVersion } from './limits.ts';
import { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';

/** Where a node's log stands: the place of its newest publication and the hash of its signed envelope. */
export type ChainHead = { readonly node: string; readonly epoch: number; readonly seq: number; readonly hash: string };

type PlacedField = 'v' | 'node' | 'epoch' | 'seq' | 'prev';
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown
  ? { [P in keyof T as P extends K ? never : P]: T[P] }
  : never;

/** An envelope without its place in the chain. */
export type EnvelopeDraft = DistributiveOmit<Envelope, PlacedField>;

/** What is wrong with a chain, and where: the place at which it breaks. */
export type ChainBreak = {
  readonly code: ProtocolErrorCode;
  /** Index of the offending item in what was given. */
  readonly index: number;
  /** The place that was wanted. */
  readonly expected: { readonly epoch: number; readonly seq: number };
  /** The place that was found; undefined when the item could not be read at all. */
  readonly found: { readonly epoch: number; readonly seq: number } | undefined;
  readonly detail: string;
};

export type ChainReport =
  | { readonly ok: true; readonly head: ChainHead; readonly length: number }
  | { readonly ok: false; readonly head: ChainHead; readonly length: number; readonly break: ChainBreak };

/** The `prev` of the first envelope of an epoch: SHA-256 of `px-genesis`, node and epoch, one a line. */
export function genesisHash(node: string, epoch: number): string {
  return sha256(`px-genesis\n${node}\n${epoch}`);
}

/** The head of an epoch that holds nothing yet. */
export function startOfEpoch(node: string, epoch: number): ChainHead {
  return { node, epoch, seq: 0, hash: genesisHash(node, epoch) };
}

/** The head after a publication. */
export function headAfter({ envelope, hash }: Pick<VerifiedEnvelope, 'envelope' | 'hash'>): ChainHead {
  return { node: envelope.node, epoch: envelope.epoch, seq: envelope.seq, hash };
}

/** Gives a draft its place after `head`: version, node, epoch, next sequence number and `prev`. */
export function nextEnvelope<D extends EnvelopeDraft>(head: ChainHead, draft: D) {
  return {
    ...draft,
    v: protocolVersion,
    node: head.node,
    epoch: head.epoch,
    seq: head.seq + 1,
    prev: head.hash,
  } as const;
}

/**
 * Checks that an envelope comes right after `head`. Throws `wrong-node`, `epoch-not-approved` (another epoch),
 * `equivocation` (a place that is taken), `sequence-gap` or `broken-chain`. Whether a taken place is the same bytes
 * again, which is no fault, is for whoever holds the earlier bytes to say before asking this.
 */
export function assertFollows(head: ChainHead, envelope: Pick<Envelope, 'node' | 'epoch' | 'seq' | 'prev'>): void {
  if (envelope.node !== head.node) throw new ProtocolError('wrong-node');
  if (envelope.epoch !== head.epoch) throw new ProtocolError('epoch-not-approved');
  if (envelope.seq <= head.seq) throw new ProtocolError('equivocation');
  if (envelope.seq > head.seq + 1) throw new ProtocolError('sequence-gap');
  if (envelope.prev !== head.hash) throw new ProtocolError('broken-chain');
}

/**
 * Verifies signed envelopes in order, from `start` on (the start of an epoch, or any head that is already trusted), and
 * stops at the first break. `head` and `length` say how far the chain holds. Memory does not grow with the chain.
 */
export async function verifyChain(
  items: Iterable<string> | AsyncIterable<string>,
  start: ChainHead,
  keyLookup: KeyLookup,
): Promise<ChainReport> {
  let head = start;
  let length = 0;
  for await (const jws of items) {
    let verified: VerifiedEnvelope | undefined;
    try {
      verified = verifyEnvelope(jws, keyLookup, { anyCritical: true });
      assertFollows(head, verified.envelope);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { ok: false, head, length, break: describeBreak(error, head, length, verified?.envelope) };
    }
    head = headAfter(verified);
    length += 1;
  }
  return { ok: true, head, length };
}

function describeBreak(
  error: ProtocolError,
  head: ChainHead,
  index: number,
  envelope: Envelope | undefined,
): ChainBreak {
  return {
    code: error.code,
    index,
    expected: { epoch: head.epoch, seq: head.seq + 1 },
    found: envelope === undefined ? undefined : { epoch: envelope.epoch, seq: envelope.seq },
    detail: error.detail,
  };
}
