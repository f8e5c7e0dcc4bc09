import { z } from 'zod';
import { idSchema } from './identifiers.ts';
import { type PublicJwk, publicJwkSchema, type SigningKey, thumbprintOf } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { signDocument, verifyDocument } from './signing.ts';

/** The body of `rotate-key`: the new public key, and its owner's proof. The envelope is signed by the old key. */
export const keyRotationSchema = z.strictObject({ key: publicJwkSchema, proof: z.string().max(4096) });

export type KeyRotation = z.infer<typeof keyRotationSchema>;

const proofSchema = z.strictObject({ node: idSchema, from: z.string(), to: z.string() });

/** The body of a rotation from the key `from` to the new key, which signs the proof. */
export function rotateKey(node: string, from: string, newKey: SigningKey): KeyRotation {
  const proof = signDocument({ node, from, to: newKey.kid }, 'px-key-rotation+jws', newKey);
  return { key: newKey.publicJwk, proof };
}

/** Checks that the new key signed the move from `from` to itself for this node; else `proof-invalid`. Gives the key. */
export function verifyKeyRotation(rotation: KeyRotation, node: string, from: string): PublicJwk {
  const to = thumbprintOf(rotation.key);
  const lookup = (kid: string) => (kid === to ? rotation.key : undefined);
  let document: unknown;
  try {
    document = verifyDocument(rotation.proof, 'px-key-rotation+jws', lookup).document;
  } catch (error) {
    if (error instanceof ProtocolError) throw new ProtocolError('proof-invalid', error.detail);
    throw error;
  }
  const proof = proofSchema.safeParse(document);
  if (!proof.success || proof.data.node !== node || proof.data.from !== from || proof.data.to !== to) {
    throw new ProtocolError('proof-invalid');
  }
  return rotation.key;
}
