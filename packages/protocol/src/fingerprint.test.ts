import { describe, expect, it } from 'vitest';
import { fingerprintOf, isFingerprintOf } from './fingerprint.ts';
import { generatePrivateJwk, publicJwkOf, thumbprintOf } from './keys.ts';
import { exampleNodeKey } from './testing/examples.ts';

const jwk = exampleNodeKey.publicJwk;

describe('KEY-6: a fingerprint', () => {
  it('is the first 120 bits of the thumbprint, read back by Crockford’s alphabet', () => {
    const fingerprint = fingerprintOf(jwk);
    expect(fingerprint).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    const value = [...fingerprint.replaceAll('-', '')].reduce(
      (sum, character) => sum * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(character)),
      0n,
    );
    const first = Buffer.from(thumbprintOf(jwk), 'base64url').subarray(0, 15).toString('hex');
    expect(value.toString(16).padStart(30, '0')).toBe(first);
  });

  it('is recognised however it was typed, and only for its key', () => {
    const fingerprint = fingerprintOf(jwk);
    const typed = fingerprint.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(isFingerprintOf(` ${typed} `, jwk)).toBe(true);
    expect(isFingerprintOf(fingerprint, publicJwkOf(generatePrivateJwk()))).toBe(false);
    expect(isFingerprintOf(fingerprint.slice(0, -1), jwk)).toBe(false);
    expect(isFingerprintOf('', jwk)).toBe(false);
  });
});
