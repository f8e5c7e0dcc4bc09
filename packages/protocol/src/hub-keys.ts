import { z } from 'zod';
import { digestSchema, idSchema } from './identifiers.ts';
import { type PublicJwk, publicJwkSchema, type SigningKey, thumbprintOf } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { type CompactJws, signDocument, verifyDocument } from './signing.ts';
import type { HubKey } from './well-known.ts';

const successionSchema = z.strictObject({ hub: idSchema, from: digestSchema, to: digestSchema, key: publicJwkSchema });

/** What a hub's key signs of the one that follows it. */
export function signSuccession(hub: string, next: PublicJwk, key: SigningKey): CompactJws {
  return signDocument({ hub, from: key.kid, to: thumbprintOf(next), key: next }, 'px-hub-key+jws', key);
}

/**
 * The keys of the hub that a node may trust: those that it trusts already, and each listed one that a trusted key has signed
 * for, directly or through others. A listed key that nothing trusted vouches for is left out.
 */
export function followHubKeys(
  hub: string,
  trusted: ReadonlyMap<string, PublicJwk>,
  listed: readonly HubKey[],
): Map<string, PublicJwk> {
  const keys = new Map(trusted);
  for (let found = true; found; ) {
    found = false;
    for (const candidate of listed) {
      if (keys.has(candidate.kid) || !isSucceeding(hub, keys, candidate)) continue;
      keys.set(candidate.kid, candidate.key);
      found = true;
    }
  }
  return keys;
}

function isSucceeding(hub: string, trusted: ReadonlyMap<string, PublicJwk>, { kid, key, succession }: HubKey): boolean {
  if (succession === undefined || thumbprintOf(key) !== kid) return false;
  try {
    const verified = verifyDocument(succession, 'px-hub-key+jws', (from) => trusted.get(from));
    const signed = successionSchema.safeParse(verified.document);
    return (
      signed.success &&
      signed.data.hub === hub &&
      signed.data.from === verified.kid &&
      signed.data.to === kid &&
      thumbprintOf(signed.data.key) === kid
    );
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
