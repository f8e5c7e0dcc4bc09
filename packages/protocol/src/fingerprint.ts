import { type PublicJwk, thumbprintOf } from './keys.ts';

// Crockford's base 32: no I, L, O or U, so nothing sounds or looks like a digit.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groups = 6;
const groupLength = 4;

/**
 * What two people read to each other to check a key over the phone: the first 120 bits of the key's thumbprint in
 * Crockford's base 32, six groups of four: `7Q2M-K0XR-…`.
 */
export function fingerprintOf(jwk: PublicJwk): string {
  return fingerprintOfKid(thumbprintOf(jwk));
}

/** The fingerprint of a key by its id, which is its thumbprint. */
export function fingerprintOfKid(kid: string): string {
  const bytes = Buffer.from(kid, 'base64url').subarray(0, (groups * groupLength * 5) / 8);
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const characters = (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(Number.parseInt(five, 2)));
  return Array.from({ length: groups }, (_, group) =>
    characters.slice(group * groupLength, (group + 1) * groupLength).join(''),
  ).join('-');
}

/** Whether a typed fingerprint is that of the key. Case, spaces and hyphens do not matter; O is 0, I and L are 1. */
export function isFingerprintOf(typed: string, jwk: PublicJwk): boolean {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return plain === fingerprintOf(jwk).replaceAll('-', '');
}
