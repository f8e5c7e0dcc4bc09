import { z } from 'zod';
import { digestSchema, idSchema } from './identifiers.ts';
import { rotateKey, verifyKeyRotation } from './key-rotation.ts';
import { type PublicJwk, publicJwkSchema, type SigningKey, thumbprintOf } from './keys.ts';
import { logPlaceSchema, type TakenRecovery } from './membership.ts';
import { ProtocolError } from './protocol-error.ts';
import { compactJwsSchema } from './publication-messages.ts';
import { type CompactJws, signDocument, verifyDocument } from './signing.ts';

/**
 * A change of keys that the recovery key signs when the signing key is lost or stolen: the new signing key with its proof,
 * the last place for which each other key is trusted, and the recovery key that takes the place of this one.
 */
export const keyRecoverySchema = z.strictObject({
  hub: idSchema,
  node: idSchema,
  key: publicJwkSchema,
  proof: compactJwsSchema,
  notTrusted: z.array(z.strictObject({ kid: digestSchema, ...logPlaceSchema.shape })).max(16),
  recovery: publicJwkSchema,
});

export type KeyRecovery = z.infer<typeof keyRecoverySchema>;

/** What is posted: the signed change. */
export const keyRecoveryRequestSchema = z.strictObject({ node: idSchema, recovery: compactJwsSchema });

export type KeyRecoveryRequest = z.infer<typeof keyRecoveryRequestSchema>;

/** What is posted to retire a key. */
export const keyRetirementRequestSchema = z.strictObject({ kid: digestSchema });

/** Signs a change of keys with the recovery key. `newKey` signs the proof that it is held. */
export function recoverKey(
  change: {
    readonly hub: string;
    readonly node: string;
    readonly newKey: SigningKey;
    readonly notTrusted: KeyRecovery['notTrusted'];
    readonly nextRecovery: PublicJwk;
  },
  recoveryKey: SigningKey,
): CompactJws {
  const { hub, node, newKey, notTrusted, nextRecovery } = change;
  const rotation = rotateKey(node, recoveryKey.kid, newKey);
  return signDocument(
    { hub, node, key: rotation.key, proof: rotation.proof, notTrusted, recovery: nextRecovery },
    'px-key-recovery+jws',
    recoveryKey,
  );
}

/**
 * Reads a change of keys and checks that the recovery key registered for the node signed it, for this hub and node, and that
 * the new key is held; `recovery-invalid` otherwise.
 */
export function verifyKeyRecovery(
  jws: string,
  registered: { readonly hub: string; readonly node: string; readonly recovery: { kid: string; key: PublicJwk } },
): KeyRecovery {
  const { hub, node, recovery } = registered;
  try {
    const lookup = (kid: string) => (kid === recovery.kid ? recovery.key : undefined);
    const change = keyRecoverySchema.safeParse(verifyDocument(jws, 'px-key-recovery+jws', lookup).document);
    if (!change.success || change.data.hub !== hub || change.data.node !== node) {
      throw new ProtocolError('recovery-invalid');
    }
    verifyKeyRotation(change.data, node, recovery.kid);
    return change.data;
  } catch (error) {
    if (error instanceof ProtocolError) throw new ProtocolError('recovery-invalid');
    throw error;
  }
}

/**
 * Follows the changes of keys that a hub took, in whatever order, from the recovery key whose id is known: each is signed by the
 * recovery key that the one before put in place. Gives the signing keys that they brought, by id, and the id of the recovery key
 * that is in place after the last. Throws `recovery-invalid` when one that follows was not signed so.
 */
export function followRecoveries(
  recoveries: readonly TakenRecovery[],
  known: { readonly hub: string; readonly node: string; readonly recoveryKid: string },
): { keys: ReadonlyMap<string, PublicJwk>; recoveryKid: string } {
  const { hub, node } = known;
  const bySigner = new Map(recoveries.map((taken) => [thumbprintOf(taken.signer), taken]));
  const keys = new Map<string, PublicJwk>();
  let kid = known.recoveryKid;
  for (let taken = bySigner.get(kid); taken; taken = bySigner.get(kid)) {
    bySigner.delete(kid);
    const change = verifyKeyRecovery(taken.recovery, { hub, node, recovery: { kid, key: taken.signer } });
    keys.set(thumbprintOf(change.key), change.key);
    kid = thumbprintOf(change.recovery);
  }
  return { keys, recoveryKid: kid };
}
