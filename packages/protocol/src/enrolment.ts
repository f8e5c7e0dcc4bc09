import { isDeepStrictEqual } from 'node:util';
import { authorityTypes, codesOf, regions } from '@practice-exchange/vocabulary';
import { z } from 'zod';
import { sha256 } from './digest.ts';
import { digestSchema, idSchema } from './identifiers.ts';
import { type PublicJwk, publicJwkSchema, type SigningKey, thumbprintOf } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { compactJwsSchema } from './publication-messages.ts';
import { type CompactJws, signDocument, verifyDocument } from './signing.ts';

/** What is known of an authority besides its id: attributes, because authorities merge and are renamed. */
export const authorityProfileSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** ONS GSS code, `E` and eight digits. */
  onsCode: z.string().regex(/^E\d{8}$/, 'is an ONS code such as E06000001'),
  region: z.enum(codesOf(regions)),
  type: z.enum(codesOf(authorityTypes)),
  /** Children aged under 18. */
  childPopulation: z.int().min(1).max(10_000_000),
});

export type AuthorityProfile = z.infer<typeof authorityProfileSchema>;

/**
 * A node asks to join: the invitation code that a person gave it, an id that it chose, its public key and that of its
 * offline recovery key, the authority it serves, and a proof that it holds the key's private half.
 */
export const enrolmentRequestSchema = z.strictObject({
  invitation: z.string().min(16).max(128),
  node: idSchema,
  publicKey: publicJwkSchema,
  recoveryKey: publicJwkSchema,
  authority: authorityProfileSchema,
  proof: compactJwsSchema,
});

/** Where a node stands in the network. */
export const memberStates = ['awaiting-fingerprint', 'conformance', 'live', 'frozen', 'suspended', 'expelled'] as const;

/** The hub's answer: the authority's id in the network, the fingerprint as the hub sees it, and what comes next. */
export const enrolmentResponseSchema = z.looseObject({
  node: idSchema,
  authority: idSchema,
  state: z.enum(memberStates),
  fingerprint: z.string(),
  mayPublish: z.boolean(),
  isServed: z.boolean(),
});

export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;
export type EnrolmentResponse = z.infer<typeof enrolmentResponseSchema>;
export type MemberState = (typeof memberStates)[number];

const proofSchema = z.strictObject({
  hub: idSchema,
  node: idSchema,
  key: digestSchema,
  recovery: digestSchema,
  invitation: digestSchema,
});

type Claim = { hub: string; node: string; invitation: string; recoveryKey: PublicJwk };

/**
 * Signs the proof of possession: this key, with this recovery key, for this node, at this hub, by this invitation (as its
 * SHA-256).
 */
export function proveEnrolment(claim: Claim, key: SigningKey): CompactJws {
  return signDocument(expectedProof(claim, key.publicJwk), 'px-enrolment-proof+jws', key);
}

/** Checks the proof of an enrolment request against the hub's own id; `proof-invalid` when it does not hold. */
export function verifyEnrolmentProof(request: EnrolmentRequest, hub: string): void {
  const expected = expectedProof({ ...request, hub }, request.publicKey);
  const lookup = (kid: string) => (kid === expected.key ? request.publicKey : undefined);
  let document: unknown;
  try {
    document = verifyDocument(request.proof, 'px-enrolment-proof+jws', lookup).document;
  } catch (error) {
    if (error instanceof ProtocolError) throw new ProtocolError('proof-invalid', error.detail);
    throw error;
  }
  const proof = proofSchema.safeParse(document);
  if (!proof.success || !isDeepStrictEqual(proof.data, expected)) throw new ProtocolError('proof-invalid');
}

function expectedProof({ hub, node, invitation, recoveryKey }: Claim, publicKey: PublicJwk) {
  return {
    hub,
    node,
    key: thumbprintOf(publicKey),
    recovery: thumbprintOf(recoveryKey),
    invitation: sha256(invitation),
  };
}
