import { randomBytes } from 'node:crypto';
import { AppError, type Database, newId, sha256 } from '@practice-exchange/platform';
import {
  type EnrolmentRequest,
  type EnrolmentResponse,
  fingerprintOf,
  genesisHash,
  isFingerprintOf,
  ProtocolError,
  publicJwkSchema,
  thumbprintOf,
  verifyEnrolmentProof,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import * as store from './store.ts';

const invitationDays = 14;

/**
 * Issues an invitation for one authority: a code that works once, for 14 days. Only its hash is kept; the code is shown
 * once, to be passed on by a person.
 */
export async function invite(
  context: Pick<HubContext, 'database'>,
  invitation: { authorityName: string; operator: string | null },
): Promise<{ code: string; expiresAt: Date }> {
  const code = randomBytes(18).toString('base64url');
  const expiresAt = new Date(Date.now() + invitationDays * 24 * 60 * 60 * 1000);
  await context.database.transaction(async (tx) => {
    const codeHash = sha256(code);
    await store.insertInvitation(tx, { codeHash, authorityName: invitation.authorityName, expiresAt });
    await audit(tx, {
      person: invitation.operator,
      node: null,
      action: 'invited',
      subjectType: 'invitation',
      subject: codeHash.slice(0, 12),
      detail: { authority: invitation.authorityName },
    });
  });
  return { code, expiresAt };
}

/**
 * Enrols a node with its invitation. The same request again is answered the same, so that a lost answer does no harm.
 * Throws `proof-invalid`, `invitation-unknown`, `invitation-used`, `invitation-expired` or `node-exists`.
 */
export async function enrol(
  context: Pick<HubContext, 'database' | 'hub'>,
  request: EnrolmentRequest,
): Promise<EnrolmentResponse> {
  verifyEnrolmentProof(request, context.hub.id);
  const kid = thumbprintOf(request.publicKey);
  return context.database.transaction(async (tx) => {
    const codeHash = sha256(request.invitation);
    const invitation = await store.lockInvitation(tx, codeHash);
    if (!invitation) throw new ProtocolError('invitation-unknown');
    const existing = await store.findMember(tx, request.node);
    if (invitation.used_at) {
      if (invitation.used_by !== request.node || existing?.kid !== kid) throw new ProtocolError('invitation-used');
      return responseFor(existing);
    }
    if (invitation.expires_at <= new Date()) throw new ProtocolError('invitation-expired');
    if (
      existing ||
      (await store.keyIsTaken(tx, kid)) ||
      (await store.authorityIsTaken(tx, request.authority.onsCode))
    ) {
      throw new ProtocolError('node-exists');
    }
    await store.insertMember(tx, {
      node: request.node,
      authority: newId(),
      profile: request.authority,
      kid,
      jwk: request.publicKey,
      firstHash: genesisHash(request.node, 1),
    });
    await store.useInvitation(tx, codeHash, request.node);
    await audit(tx, {
      person: null,
      node: request.node,
      action: 'enrolled',
      subjectType: 'member',
      subject: request.node,
    });
    const enrolled = await store.findMember(tx, request.node);
    if (!enrolled) throw new ProtocolError('internal-error');
    return responseFor(enrolled);
  });
}

/**
 * Confirms a node after its administrator read out the fingerprint. From then on it may publish and is served.
 * Throws `member-unknown` or `fingerprint-differs`; nothing changes then.
 */
export async function confirmFingerprint(
  context: Pick<HubContext, 'database'>,
  confirmation: { node: string; fingerprint: string; operator: string | null },
): Promise<void> {
  await context.database.transaction(async (tx: Database<HubSchema>) => {
    const member = await store.findMember(tx, confirmation.node);
    if (!member) {
      throw new AppError({
        code: 'member-unknown',
        status: 404,
        title: 'Not found',
        message: 'There is no such member.',
      });
    }
    if (!isFingerprintOf(confirmation.fingerprint, publicJwkSchema.parse(member.jwk))) {
      throw new AppError({
        code: 'fingerprint-differs',
        status: 409,
        title: 'The fingerprint differs',
        message:
          'This is not the fingerprint of the key that the node enrolled with. Ask its administrator to read it out again.',
      });
    }
    await store.makeLive(tx, confirmation.node);
    await audit(tx, {
      person: confirmation.operator,
      node: confirmation.node,
      action: 'fingerprint-confirmed',
      subjectType: 'member',
      subject: confirmation.node,
    });
  });
}

function responseFor(member: NonNullable<Awaited<ReturnType<typeof store.findMember>>>): EnrolmentResponse {
  return {
    node: member.node,
    authority: member.authority,
    state: member.state === 'enrolled' ? 'awaiting-fingerprint' : 'live',
    fingerprint: fingerprintOf(publicJwkSchema.parse(member.jwk)),
    mayPublish: member.may_publish,
    isServed: member.is_served,
  };
}
