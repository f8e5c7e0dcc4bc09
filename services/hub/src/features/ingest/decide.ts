import {
  type Audience,
  assertFollows,
  type ChainHead,
  headAfter,
  isSameAudience,
  type OpenedPublication,
  type Operation,
  ProtocolError,
  type ReceiptReason,
  type RejectedPublication,
} from '@practice-exchange/protocol';

export type RecordKind = 'learning' | 'statement' | 'return';

/** What the hub knows of a record when a publication about it arrives. */
export type KnownRecord = {
  node: string;
  kind: RecordKind;
  revision: number;
  audience: Audience | null;
  state: 'shared' | 'withdrawn';
};

/** A publication that takes its place in the sequence, and what follows from it: it applies, or is rejected with a reason. */
export type Decision =
  | { readonly effect: 'apply'; readonly publication: OpenedPublication }
  | {
      readonly effect: 'reject';
      readonly publication: OpenedPublication | RejectedPublication;
      readonly reason: ReceiptReason;
    };

/** How far a batch got: the decisions in order, the head after them, and what stopped it, if anything did. */
export type BatchDecision = {
  readonly decisions: readonly Decision[];
  readonly head: ChainHead;
  readonly stoppedBy: ProtocolError | null;
};

/** Which kind of record an operation is about; null when it is about none. */
export function kindOf(op: Operation): RecordKind | null {
  switch (op) {
    case 'publish':
    case 'revise':
    case 'rescope':
      return 'learning';
    case 'statement':
      return 'statement';
    case 'return':
      return 'return';
    case 'withdraw':
    case 'rotate-key':
    case 'heartbeat':
      return null;
  }
}

/**
 * Decides a batch in order, from `start` on. Pure, so that every rule can be read and tested without a database; the
 * rules are FEDERATION.md's. Stops at the first item that does not follow the chain: what came before it stands.
 * `known` is kept up to date, so that a later item sees what an earlier one did.
 */
export function decideBatch(
  items: readonly (OpenedPublication | RejectedPublication)[],
  start: ChainHead,
  known: Map<string, KnownRecord>,
  authorities: ReadonlySet<string>,
): BatchDecision {
  const decisions: Decision[] = [];
  let head = start;
  for (const publication of items) {
    try {
      assertFollows(head, publication.envelope);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { decisions, head, stoppedBy: error };
    }
    decisions.push(decide(publication, known, authorities));
    head = headAfter(publication);
  }
  return { decisions, head, stoppedBy: null };
}

function decide(
  publication: OpenedPublication | RejectedPublication,
  known: Map<string, KnownRecord>,
  authorities: ReadonlySet<string>,
): Decision {
  if (publication.status === 'rejected') return { effect: 'reject', publication, reason: publication.reason };
  const { envelope } = publication;
  if (envelope.record === null) return { effect: 'apply', publication };
  const before = known.get(envelope.record);
  const reason = reasonAgainst(publication, before, authorities);
  if (reason !== null) return { effect: 'reject', publication, reason };
  known.set(envelope.record, {
    node: envelope.node,
    kind: before?.kind ?? kindOf(envelope.op) ?? 'learning',
    revision: envelope.revision,
    audience: envelope.audience ?? before?.audience ?? null,
    state: envelope.op === 'withdraw' ? 'withdrawn' : 'shared',
  });
  return { effect: 'apply', publication };
}

function reasonAgainst(
  { envelope }: OpenedPublication,
  before: KnownRecord | undefined,
  authorities: ReadonlySet<string>,
): ReceiptReason | null {
  if (before && before.node !== envelope.node) return 'not-owner';
  if (before?.state === 'withdrawn') return 'record-withdrawn';
  if (!before && envelope.prevRevision !== null) return 'record-unknown';
  if (before && envelope.revision === 1) return 'record-exists';
  if (before && envelope.prevRevision !== before.revision) return 'wrong-revision';
  const kind = kindOf(envelope.op);
  if (before && kind !== null && kind !== before.kind) return 'record-exists';
  if (envelope.op === 'revise' && before?.audience && !isSameAudience(before.audience, envelope.audience)) {
    return 'audience-changed';
  }
  const { audience } = envelope;
  if (audience?.scope === 'authorities' && !audience.authorities.every((id) => authorities.has(id))) {
    return 'audience-unknown';
  }
  return null;
}
