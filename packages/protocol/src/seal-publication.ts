import { vocabularyVersion } from '@practice-exchange/vocabulary';
import type { Audience } from './audience.ts';
import { encodeBase64url } from './base64url.ts';
import { bodySchemas } from './bodies.ts';
import { canonicalise } from './canonical.ts';
import type { CaseloadReturn } from './caseload-return.ts';
import { type ChainHead, type EnvelopeDraft, headAfter, nextEnvelope } from './chain.ts';
import { commit, createSalt } from './commitment.ts';
import { describeIssues } from './describe-issues.ts';
import { bodySchemaOf, type Envelope, readEnvelope, signEnvelope } from './envelope.ts';
import { rotateKey } from './key-rotation.ts';
import type { SigningKey } from './keys.ts';
import type { LearningRecord } from './learning-record.ts';
import { protocolLimits } from './limits.ts';
import type { PracticeStatement } from './practice-statement.ts';
import { ProtocolError } from './protocol-error.ts';
import type { PublicationItem } from './publication-messages.ts';
import { type CompactJws, hashOf } from './signing.ts';
import type { WithdrawalNotice } from './withdrawal-messages.ts';

/**
 * What a node wants to publish, before it has a place in its log. `revision` is the new one, from 1. `synthetic` is for the
 * conformance run alone.
 */
export type PublicationIntent =
  | {
      readonly op: 'publish';
      readonly record: string;
      readonly audience: Audience;
      readonly body: LearningRecord;
      readonly synthetic?: true;
    }
  | {
      readonly op: 'revise';
      readonly record: string;
      readonly revision: number;
      readonly audience: Audience;
      readonly body: LearningRecord;
      readonly synthetic?: true;
    }
  | {
      readonly op: 'rescope';
      readonly record: string;
      readonly revision: number;
      readonly audience: Audience;
      readonly synthetic?: true;
    }
  | {
      readonly op: 'withdraw';
      readonly record: string;
      readonly revision: number;
      /** For those who could see it; without one they learn that it is gone and nothing else. */
      readonly notice?: WithdrawalNotice;
      readonly synthetic?: true;
    }
  | {
      readonly op: 'statement';
      readonly record: string;
      readonly revision: number;
      readonly audience: Audience;
      readonly body: PracticeStatement;
    }
  | { readonly op: 'return'; readonly record: string; readonly revision: number; readonly body: CaseloadReturn }
  | { readonly op: 'rotate-key'; readonly newKey: SigningKey }
  | { readonly op: 'heartbeat' };

/** A publication that is ready to be stored and sent. */
export type SealedPublication = {
  readonly jws: CompactJws;
  readonly hash: string;
  readonly envelope: Envelope;
  /** The body's canonical bytes and their salt; null when the operation has no body. Destroy both on withdrawal. */
  readonly body: Uint8Array | null;
  readonly salt: Uint8Array | null;
  /** What goes on the wire. */
  readonly item: PublicationItem;
  /** The head to give to the next publication. */
  readonly head: ChainHead;
};

/**
 * Gives an intent its place after `head`, commits to its body and signs the envelope with the node's key. The body is
 * checked against its schema first, and what is committed is what the schema gives back (strings trimmed).
 *
 * `created` is the node's clock as an RFC 3339 moment in UTC: informative, it orders nothing. `salt` is for test
 * vectors only; leave it out and a random one is made. Throws `body-invalid`, `too-large` or `envelope-invalid`.
 */
export function sealPublication(
  head: ChainHead,
  intent: PublicationIntent,
  { key, created, salt = createSalt() }: { key: SigningKey; created: string; salt?: Uint8Array },
): SealedPublication {
  const body = bodyBytesOf(head, intent, key);
  const commitment = body === null ? null : commit(salt, body);
  const envelope = readEnvelope(nextEnvelope(head, draftOf(intent, commitment, created)));
  const jws = signEnvelope(envelope, key);
  const hash = hashOf(jws);
  return {
    jws,
    hash,
    envelope,
    body,
    salt: body === null ? null : salt,
    item: publicationItemOf(jws, body, body === null ? null : salt),
    head: headAfter({ envelope, hash }),
  };
}

/** The wire item of a stored publication: the exact signed text, with body and salt where they still exist. */
export function publicationItemOf(jws: CompactJws, body: Uint8Array | null, salt: Uint8Array | null): PublicationItem {
  return body === null || salt === null
    ? { envelope: jws }
    : { envelope: jws, body: encodeBase64url(body), salt: encodeBase64url(salt) };
}

function bodyBytesOf(head: ChainHead, intent: PublicationIntent, key: SigningKey): Uint8Array | null {
  const schema = bodySchemaOf[intent.op];
  if (schema === null) return null;
  const parsed = bodySchemas[schema].safeParse(bodyOf(head, intent, key));
  if (!parsed.success) throw new ProtocolError('body-invalid', describeIssues(parsed.error));
  const bytes = canonicalise(parsed.data);
  if (bytes.byteLength > protocolLimits.bodyBytes) throw new ProtocolError('too-large');
  return bytes;
}

function bodyOf(head: ChainHead, intent: PublicationIntent, key: SigningKey): unknown {
  if (intent.op === 'rotate-key') return rotateKey(head.node, key.kid, intent.newKey);
  return 'body' in intent ? intent.body : undefined;
}

function draftOf(intent: PublicationIntent, commitment: string | null, created: string): EnvelopeDraft {
  const draft = {
    op: intent.op,
    record: 'record' in intent ? intent.record : null,
    ...revisionsOf(intent),
    audience: 'audience' in intent ? intent.audience : null,
    schema: bodySchemaOf[intent.op],
    vocabulary: vocabularyVersion,
    commitment,
    created,
    ...('notice' in intent && intent.notice !== undefined ? { notice: intent.notice } : {}),
    ...('synthetic' in intent ? { crit: ['synthetic'], synthetic: true } : {}),
  };
  // The parts were chosen by operation; `readEnvelope` checks that together they obey its rules before anything is signed.
  return draft as EnvelopeDraft;
}

function revisionsOf(intent: PublicationIntent) {
  if (intent.op === 'publish') return { revision: 1, prevRevision: null };
  if (!('revision' in intent)) return { revision: null, prevRevision: null };
  return { revision: intent.revision, prevRevision: intent.revision === 1 ? null : intent.revision - 1 };
}
