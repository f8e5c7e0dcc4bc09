import { vocabularyVersion } from '@practice-exchange/vocabulary';
import { decodeBase64url } from './base64url.ts';
import { type BodyOf, bodySchemas } from './bodies.ts';
import { CanonicalError, type CanonicalValue, canonicalise, parseCanonical } from './canonical.ts';
import { matchesCommitment, saltBytes } from './commitment.ts';
import { describeIssues } from './describe-issues.ts';
import {
  type BodySchemaName,
  type bodySchemaOf,
  type Envelope,
  type EnvelopeOf,
  isSynthetic,
  type Operation,
  type VerifiedEnvelope,
  verifyEnvelope,
} from './envelope.ts';
import { type KeyRotation, verifyKeyRotation } from './key-rotation.ts';
import type { KeyLookup } from './keys.ts';
import { protocolLimits } from './limits.ts';
import { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';
import type { PublicationItem } from './publication-messages.ts';
import type { ReceiptReason } from './receipt-reasons.ts';
import { isSyntheticBody } from './synthetic-record.ts';

type OpenedAs<O extends Operation> = Omit<VerifiedEnvelope, 'envelope'> & {
  readonly status: 'opened';
  readonly op: O;
  readonly envelope: EnvelopeOf<O>;
} & ((typeof bodySchemaOf)[O] extends infer S extends BodySchemaName
    ? { readonly body: BodyOf<S>; readonly bodyBytes: Uint8Array; readonly salt: Uint8Array }
    : { readonly body: null; readonly bodyBytes: null; readonly salt: null });

/** A publication that passed every check that needs no memory. Narrow on `op` for the types of envelope and body. */
export type OpenedPublication = { [O in Operation]: OpenedAs<O> }[Operation];

/**
 * An authentic envelope whose body is not fit to be shared, or no longer exists. It takes its place in the sequence and
 * is answered with a signed receipt, `rejected` with `reason`, so that it never blocks the next.
 */
export type RejectedPublication = VerifiedEnvelope & {
  readonly status: 'rejected';
  readonly reason: ReceiptReason;
  readonly code: ProtocolErrorCode;
  readonly detail: string;
};

/** Something that cannot be taken as the node's word: it is answered with a problem document and changes nothing. */
export type RefusedPublication = {
  readonly status: 'refused';
  readonly code: ProtocolErrorCode;
  readonly detail: string;
};

/**
 * All checks of one publication that need no memory: size, signature, canonical form, version, critical fields, the
 * operation's rules, the sender, the commitment, and the body against its schema. `keyLookup` must find only keys of
 * the sender; `node` is the sender's id. Never throws for what was sent.
 *
 * Refused: `too-large`, `malformed-jws`, `algorithm-not-allowed`, `header-not-allowed`, `unknown-key`, `bad-signature`,
 * `not-canonical`, `unsupported-version`, `envelope-invalid`, `wrong-node`, `body-unexpected`, `body-malformed`,
 * `commitment-mismatch`.
 * Rejected: `unknown-critical-field`, `unsupported-schema`, `body-missing`, `body-not-canonical`, `body-invalid`, `unsupported-vocabulary`.
 */
export function openPublication(
  item: PublicationItem,
  keyLookup: KeyLookup,
  { node }: { node: string },
): OpenedPublication | RejectedPublication | RefusedPublication {
  let verified: VerifiedEnvelope;
  let parts: BodyParts | null;
  try {
    verified = verifyEnvelope(item.envelope, keyLookup);
    if (verified.envelope.node !== node) throw new ProtocolError('wrong-node');
    parts = readBodyParts(item, verified.envelope);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return answerWithoutReading(item, keyLookup, node, error);
  }
  try {
    const body = readBody(parts, verified);
    // One expression per operation would only repeat `bodySchemaOf`, which ties each operation to its body's type.
    return {
      ...verified,
      status: 'opened',
      op: verified.envelope.op,
      body,
      ...(parts ?? noParts),
    } as OpenedPublication;
  } catch (error) {
    if (!(error instanceof BodyRejection)) throw error;
    return { ...verified, status: 'rejected', reason: error.reason, code: error.code, detail: error.detail };
  }
}

/** A critical field that is not understood keeps the envelope from being acted on, not from taking its place. */
function answerWithoutReading(
  item: PublicationItem,
  keyLookup: KeyLookup,
  node: string,
  { code, detail }: ProtocolError,
): RejectedPublication | RefusedPublication {
  if (code !== 'unknown-critical-field') return { status: 'refused', code, detail };
  try {
    const verified = verifyEnvelope(item.envelope, keyLookup, { anyCritical: true });
    if (verified.envelope.node !== node) throw new ProtocolError('wrong-node');
    return { ...verified, status: 'rejected', reason: 'unknown-critical-field', code, detail };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { status: 'refused', code: error.code, detail: error.detail };
  }
}

type BodyParts = { readonly bodyBytes: Uint8Array; readonly salt: Uint8Array };

const noParts = { bodyBytes: null, salt: null };

class BodyRejection extends ProtocolError {
  readonly reason: ReceiptReason;

  constructor(reason: ReceiptReason, code: ProtocolErrorCode, detail?: string) {
    super(code, detail);
    this.reason = reason;
  }
}

function readBodyParts({ body, salt }: PublicationItem, envelope: Envelope): BodyParts | null {
  if (body === undefined && salt === undefined) return null;
  if (envelope.commitment === null) throw new ProtocolError('body-unexpected');
  if (body === undefined || salt === undefined) {
    throw new ProtocolError('body-malformed', 'a body and its salt are sent together');
  }
  const bodyBytes = decodeBase64url(body, 'body-malformed');
  const saltOfBody = decodeBase64url(salt, 'body-malformed');
  if (saltOfBody.byteLength !== saltBytes) throw new ProtocolError('body-malformed', `a salt is ${saltBytes} bytes`);
  if (bodyBytes.byteLength > protocolLimits.bodyBytes) throw new ProtocolError('too-large');
  if (!matchesCommitment(envelope.commitment, saltOfBody, bodyBytes)) throw new ProtocolError('commitment-mismatch');
  return { bodyBytes, salt: saltOfBody };
}

function readBody(parts: BodyParts | null, { envelope, kid }: VerifiedEnvelope): unknown {
  if (envelope.schema === null) return null;
  if (!isKnownSchema(envelope.schema)) throw new BodyRejection('unsupported-schema', 'unsupported-schema');
  if (parts === null) throw new BodyRejection('body-removed', 'body-missing');
  const value = parseBody(parts.bodyBytes);
  const parsed = bodySchemas[envelope.schema].safeParse(value);
  if (!parsed.success) {
    if (isNewerVocabulary(envelope.vocabulary)) {
      throw new BodyRejection('unsupported-vocabulary', 'unsupported-vocabulary');
    }
    throw new BodyRejection('body-invalid', 'body-invalid', describeIssues(parsed.error));
  }
  // The schemas trim; what was committed must be what they give back, or hub and node would hold different texts.
  if (!Buffer.from(canonicalise(parsed.data)).equals(parts.bodyBytes)) {
    throw new BodyRejection('body-invalid', 'body-invalid', 'a text starts or ends with white space');
  }
  if (isSynthetic(envelope) && !isSyntheticBody(parts.bodyBytes)) {
    throw new BodyRejection('body-invalid', 'body-invalid', 'a synthetic record holds one of two fixed texts');
  }
  if (envelope.op === 'rotate-key') assertRotation(parsed.data as KeyRotation, envelope.node, kid);
  return parsed.data;
}

function parseBody(bytes: Uint8Array): CanonicalValue {
  try {
    return parseCanonical(bytes);
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    throw new BodyRejection('body-not-canonical', 'body-not-canonical', error.detail);
  }
}

function assertRotation(rotation: KeyRotation, node: string, kid: string): void {
  try {
    verifyKeyRotation(rotation, node, kid);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new BodyRejection('body-invalid', 'body-invalid', error.detail);
  }
}

function isKnownSchema(name: string): name is BodySchemaName {
  return Object.hasOwn(bodySchemas, name);
}

function isNewerVocabulary(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = vocabularyVersion.split('.').map(Number);
  return major > ownMajor || (major === ownMajor && minor > ownMinor);
}
