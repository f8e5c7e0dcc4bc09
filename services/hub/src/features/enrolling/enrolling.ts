import { randomBytes } from 'node:crypto';
import { AppError, type Database, newId, sha256 } from '@practice-exchange/platform';
import {
  type EnrolmentRequest,
  type EnrolmentResponse,
  fingerprintOf,
  genesisHash,
  isFingerprintOf,
  ProtocolError,
  type PublicJwk,
  publicJwkSchema,
  thumbprintOf,
  verifyEnrolmentProof,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import { memberUnknown } from '../members/standing.ts';
import * as store from './store.ts';

/** For how many days an invitation may be used: what the operator may choose, and what is chosen for them. */
export const invitationDays = { least: 1, most: 30, usual: 14 } as const;

/**
 * Issues an invitation for one authority: a code that works once, for a number of days. Only its hash is kept; the code is
 * shown once, to be passed on by a person.
 */
export async function invite(
  context: Pick<HubContext, 'database'>,
  invitation: { authorityName: string; operator: string | null; days?: number },
): Promise<{ code: string; expiresAt: Date }> {
  const code = randomBytes(18).toString('base64url');
  const days = invitation.days ?? invitationDays.usual;
  const expiresAt = new Date(Date.now() + days * 24 * 60 * 60 * 1000);
  await context.database.transaction(async (tx) => {
    const codeHash = sha256(code);
    const { authorityName, operator } = invitation;
    await store.insertInvitation(tx, { codeHash, authorityName, expiresAt, issuedBy: operator });
    await audit(tx, {
      person: operator,
      node: null,
      action: 'invited',
      subjectType: 'invitation',
      subject: codeHash.slice(0, 12),
      detail: { authority: authorityName, days },
    });
  });
  return { code, expiresAt };
}

/** Takes an unused invitation back. Throws `invitation-over` when it was used or taken back before. */
export async function revokeInvitation(
  context: Pick<HubContext, 'database'>,
  revocation: { codeHash: string; operator: string | null },
): Promise<void> {
  await context.database.transaction(async (tx) => {
    if (!(await store.revokeInvitation(tx, revocation.codeHash))) {
      throw new AppError({
        code: 'invitation-over',
        status: 409,
        title: 'The invitation is over',
        message: 'This invitation has been used or taken back already.',
      });
    }
    await audit(tx, {
      person: revocation.operator,
      node: null,
      action: 'invitation-revoked',
      subjectType: 'invitation',
      subject: revocation.codeHash.slice(0, 12),
    });
  });
}

/**
 * Enrols a node with its invitation. The same request again is answered the same, so that a lost answer does no harm; until
 * the fingerprint is confirmed it may bring another recovery key.
 * Throws `proof-invalid`, `invitation-unknown`, `invitation-used`, `invitation-expired` or `node-exists`.
 */
export async function enrol(
  context: Pick<HubContext, 'database' | 'hub'>,
  request: EnrolmentRequest,
): Promise<EnrolmentResponse> {
  verifyEnrolmentProof(request, context.hub.id);
  const key = { kid: thumbprintOf(request.publicKey), jwk: request.publicKey };
  const recovery = { kid: thumbprintOf(request.recoveryKey), jwk: request.recoveryKey };
  // A recovery key that could sign requests would not be one.
  if (recovery.kid === key.kid) throw new ProtocolError('key-invalid');
  return context.database.transaction(async (tx) => {
    const codeHash = sha256(request.invitation);
    const invitation = await store.lockInvitation(tx, codeHash);
    if (!invitation) throw new ProtocolError('invitation-unknown');
    const existing = await store.findMember(tx, request.node);
    if (invitation.used_at) {
      if (invitation.used_by !== request.node || existing?.kid !== key.kid) throw new ProtocolError('invitation-used');
      if (existing.recovery_kid !== recovery.kid) await changeRecoveryKey(tx, existing, recovery);
      return responseFor(existing);
    }
    if (invitation.expires_at <= new Date() || invitation.revoked_at) throw new ProtocolError('invitation-expired');
    const authority = await store.findAuthority(tx, request.authority.onsCode);
    const isTaken = (await store.keyIsTaken(tx, key.kid)) || (await store.keyIsTaken(tx, recovery.kid));
    if (existing || isTaken || authority?.hasMember) throw new ProtocolError('node-exists');
    const authorityId = authority?.id ?? newId();
    await store.saveAuthority(tx, authorityId, request.authority);
    await store.insertMember(tx, {
      node: request.node,
      authority: authorityId,
      key,
      recovery,
      firstHash: genesisHash(request.node, 1),
    });
    await store.useInvitation(tx, codeHash, request.node);
    await audit(tx, {
      person: null,
      node: request.node,
      action: 'enrolled',
      subjectType: 'member',
      subject: request.node,
      detail: { invitedAs: invitation.authority_name },
    });
    const enrolled = await store.findMember(tx, request.node);
    if (!enrolled) throw new ProtocolError('internal-error');
    return responseFor(enrolled);
  });
}

type FoundMember = NonNullable<Awaited<ReturnType<typeof store.findMember>>>;

async function changeRecoveryKey(
  tx: Database<HubSchema>,
  member: FoundMember,
  recovery: { kid: string; jwk: PublicJwk },
): Promise<void> {
  if (member.state !== 'awaiting-fingerprint') throw new ProtocolError('invitation-used');
  if (await store.keyIsTaken(tx, recovery.kid)) throw new ProtocolError('node-exists');
  await store.replaceRecoveryKey(tx, member.node, recovery);
  await audit(tx, {
    person: null,
    node: member.node,
    action: 'recovery-key-replaced',
    subjectType: 'member',
    subject: member.node,
  });
}

/**
 * Confirms a node after its administrator read out the fingerprint. From then on it may take a synthetic record through the
 * conformance run, and nothing else. Throws `member-unknown`, `fingerprint-differs` or `fingerprint-confirmed`; nothing
 * changes then.
 */
export async function confirmFingerprint(
  context: Pick<HubContext, 'database'>,
  confirmation: { node: string; fingerprint: string; operator: string | null },
): Promise<void> {
  await context.database.transaction(async (tx: Database<HubSchema>) => {
    const member = await store.findMember(tx, confirmation.node);
    if (!member) throw memberUnknown();
    if (member.state !== 'awaiting-fingerprint') {
      throw new AppError({
        code: 'fingerprint-confirmed',
        status: 409,
        title: 'Confirmed already',
        message: 'The fingerprint of this node has been confirmed already.',
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
    await store.beginConformance(tx, confirmation.node);
    await audit(tx, {
      person: confirmation.operator,
      node: confirmation.node,
      action: 'fingerprint-confirmed',
      subjectType: 'member',
      subject: confirmation.node,
    });
  });
}

function responseFor(member: FoundMember): EnrolmentResponse {
  return {
    node: member.node,
    authority: member.authority,
    state: member.state,
    fingerprint: fingerprintOf(publicJwkSchema.parse(member.jwk)),
    mayPublish: member.may_publish,
    isServed: member.is_served,
  };
}
