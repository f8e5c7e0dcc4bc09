import {
  type Audience,
  assertFollows,
  type ChainHead,
  type Envelope,
  headAfter,
  isSameAudience,
  isSynthetic,
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
  /** The audience that the newest publication about it gave it, whether that one is served or waits. */
  audience: Audience | null;
  /** `held`: nothing of it has been shared yet. */
  state: 'held' | 'shared' | 'withdrawn';
  /** Whether something of it waits in quarantine. */
  waits: boolean;
  /** Made by a conformance run; no reader is ever shown it. */
  synthetic: boolean;
};

/** Where a check found something, never what: offsets are UTF-16 code units of the field's text. */
export type Mark = { readonly kind: string; readonly field: string; readonly start: number; readonly end: number };

/** Why a person has to look at a publication before anything comes of it. */
export type Suspicion = { readonly reason: ReceiptReason; readonly marks: readonly Mark[] };

/**
 * A publication that takes its place in the sequence, and what follows from it: it applies (and ends what waited before it
 * on the same record), was done ahead of its place, waits in quarantine, or is rejected with a reason. `counts`: a rejected one that is a revision of
 * its record all the same, because its body was destroyed before it came.
 */
export type Decision =
  | { readonly effect: 'apply'; readonly publication: OpenedPublication; readonly endsWaiting: boolean }
  | { readonly effect: 'done'; readonly publication: OpenedPublication }
  | { readonly effect: 'quarantine'; readonly publication: OpenedPublication; readonly suspicion: Suspicion }
  | {
      readonly effect: 'reject';
      readonly publication: OpenedPublication | RejectedPublication;
      readonly reason: ReceiptReason;
      readonly counts: boolean;
    };

/** What the rules ask beside the record itself. */
export type Grounds = {
  readonly authorities: ReadonlySet<string>;
  /** Whose records are, as the registry kept it, that a hub that is built anew has not been sent yet. */
  readonly owners: ReadonlyMap<string, string>;
  /** Hashes of withdrawals that came ahead of their place in the log and have taken effect. */
  readonly doneAhead: ReadonlySet<string>;
  /** Whether a publication must wait for a person; null when nothing speaks against it. */
  readonly suspicionOf: (publication: OpenedPublication) => Suspicion | null;
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
  grounds: Grounds,
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
    decisions.push(decide(publication, known, grounds));
    head = headAfter(publication);
  }
  return { decisions, head, stoppedBy: null };
}

function decide(
  publication: OpenedPublication | RejectedPublication,
  known: Map<string, KnownRecord>,
  grounds: Grounds,
): Decision {
  const { envelope } = publication;
  if (publication.status === 'opened' && grounds.doneAhead.has(publication.hash))
    return { effect: 'done', publication };
  const before = envelope.record === null ? undefined : known.get(envelope.record);
  const against = envelope.record === null ? null : reasonAgainst(publication, before, grounds);
  if (publication.status === 'rejected') {
    // A destroyed body was still a revision of its record: those that follow it count from it.
    const counts = publication.reason === 'body-removed' && envelope.record !== null && against === null;
    if (counts) remember(known, publication, before, { state: before?.state ?? 'held', waits: before?.waits ?? false });
    return { effect: 'reject', publication, reason: publication.reason, counts };
  }
  if (against !== null) return { effect: 'reject', publication, reason: against, counts: false };

  const suspicion = grounds.suspicionOf(publication) ?? waitsForAnother(publication, before);
  if (suspicion && publication.op === 'heartbeat') {
    return { effect: 'reject', publication, reason: suspicion.reason, counts: false };
  }
  if (suspicion) {
    remember(known, publication, before, { state: before?.state ?? 'held', waits: true });
    return { effect: 'quarantine', publication, suspicion };
  }
  remember(known, publication, before, { state: stateAfter(publication.op, before), waits: false });
  return { effect: 'apply', publication, endsWaiting: before?.waits ?? false };
}

/** An audience for something of which nothing is served yet waits with it, so that it is never shown to more than the last one. */
function waitsForAnother({ op }: OpenedPublication, before: KnownRecord | undefined): Suspicion | null {
  return op === 'rescope' && before?.state === 'held' && before.waits
    ? { reason: 'awaiting-approval', marks: [] }
    : null;
}

/** Where a record stands after an operation on it applied. */
export function stateAfter(op: Operation, before: Pick<KnownRecord, 'state'> | undefined): KnownRecord['state'] {
  if (op === 'withdraw') return 'withdrawn';
  return op === 'rescope' ? (before?.state ?? 'held') : 'shared';
}

function remember(
  known: Map<string, KnownRecord>,
  { envelope }: OpenedPublication | RejectedPublication,
  before: KnownRecord | undefined,
  after: Pick<KnownRecord, 'state' | 'waits'>,
): void {
  if (envelope.record === null) return;
  known.set(envelope.record, {
    node: envelope.node,
    kind: before?.kind ?? kindOf(envelope.op) ?? 'learning',
    revision: envelope.revision,
    audience: envelope.audience ?? before?.audience ?? null,
    ...after,
    synthetic: isSynthetic(envelope),
  });
}

/**
 * Why a `rescope` cannot narrow a record ahead of its place; null when it can. Which revision it will follow is not known
 * before the log has come there, nor whether the record was published: it only keeps from some what the rest may see.
 */
export function reasonAgainstAhead(
  envelope: Extract<Envelope, { op: 'rescope' }>,
  before: KnownRecord | undefined,
  { authorities, owners }: Pick<Grounds, 'authorities' | 'owners'>,
): ReceiptReason | null {
  const { node, record, revision, audience } = envelope;
  if ((before?.node ?? owners.get(record) ?? node) !== node) return 'not-owner';
  if (before?.state === 'withdrawn') return 'record-withdrawn';
  if (isSynthetic(envelope) !== (before?.synthetic ?? false)) return 'synthetic-changed';
  if (before && before.kind !== 'learning') return 'record-exists';
  if (before && revision <= before.revision) return 'wrong-revision';
  return namesStrangers(audience, authorities) ? 'audience-unknown' : null;
}

function namesStrangers(audience: Audience | null, authorities: ReadonlySet<string>): boolean {
  return audience?.scope === 'authorities' && !audience.authorities.every((id) => authorities.has(id));
}

/** Why a publication cannot apply to a record as it stands; null when it can. */
export function reasonAgainst(
  { envelope }: Pick<OpenedPublication | RejectedPublication, 'envelope'>,
  before: KnownRecord | undefined,
  { authorities, owners }: Pick<Grounds, 'authorities' | 'owners'>,
): ReceiptReason | null {
  const owner = before?.node ?? owners.get(envelope.record ?? '') ?? envelope.node;
  if (owner !== envelope.node) return 'not-owner';
  if (before?.state === 'withdrawn') return 'record-withdrawn';
  if (before && before.synthetic !== isSynthetic(envelope)) return 'synthetic-changed';
  // What is taken back is taken back, even if the hub never held it, or not the revision before.
  if (envelope.op === 'withdraw') return before && envelope.revision <= before.revision ? 'wrong-revision' : null;
  if (!before && envelope.prevRevision !== null) return 'record-unknown';
  if (before && envelope.revision === 1) return 'record-exists';
  if (before && envelope.prevRevision !== before.revision) return 'wrong-revision';
  const kind = kindOf(envelope.op);
  if (before && kind !== null && kind !== before.kind) return 'record-exists';
  if (envelope.op === 'revise' && before?.audience && !isSameAudience(before.audience, envelope.audience)) {
    return 'audience-changed';
  }
  return namesStrangers(envelope.audience, authorities) ? 'audience-unknown' : null;
}
