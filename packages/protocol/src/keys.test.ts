import { inspect } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { canonicalise } from './canonical.ts';
import { sha256 } from './digest.ts';
import {
  generatePrivateJwk,
  openSigningKey,
  type PrivateJwk,
  publicJwkOf,
  publicJwkSchema,
  thumbprintOf,
  verifyBytes,
} from './keys.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { rfc8032Vectors } from './testing/rfc8032-vectors.ts';

const fromHex = (hex: string) => Buffer.from(hex, 'hex');

describe('Ed25519', () => {
  it.each(rfc8032Vectors)('signs and verifies $name of RFC 8032 section 7.1', (vector) => {
    const key = openSigningKey({
      kty: 'OKP',
      crv: 'Ed25519',
      d: fromHex(vector.secret).toString('base64url'),
      x: fromHex(vector.public).toString('base64url'),
    });
    const message = fromHex(vector.message);
    const signature = fromHex(vector.signature);
    expect(Buffer.from(key.sign(message)).toString('hex')).toBe(vector.signature);
    expect(verifyBytes(key.publicJwk, message, signature)).toBe(true);
    expect(verifyBytes(key.publicJwk, Buffer.concat([message, fromHex('00')]), signature)).toBe(false);
    signature.writeUInt8(signature.readUInt8(10) ^ 1, 10);
    expect(verifyBytes(key.publicJwk, message, signature)).toBe(false);
  });

  it('refuses a signature whose second half is not reduced, and one of another length', () => {
    // S + L signs the same in arithmetic that forgets to check; RFC 8032 section 5.1.7 asks to refuse it.
    const [first] = rfc8032Vectors;
    const signature = fromHex(first.signature);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
    const raised = Buffer.concat([signature.subarray(0, 32), fromHex(s.toString(16).padStart(64, '0')).reverse()]);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: fromHex(first.public).toString('base64url') } as const;
    expect(verifyBytes(jwk, Buffer.alloc(0), signature)).toBe(true);
    expect(verifyBytes(jwk, Buffer.alloc(0), raised)).toBe(false);
    expect(verifyBytes(jwk, Buffer.alloc(0), signature.subarray(0, 63))).toBe(false);
  });
});

describe('KEY-5: a thumbprint', () => {
  it('is that of RFC 8037 appendix A.3', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
    expect(thumbprintOf(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('follows RFC 7638, whose own example is an RSA key', () => {
    const required = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
    };
    expect(sha256(canonicalise(required))).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('is the one that jose computes', async () => {
    const jwk = publicJwkOf(generatePrivateJwk());
    expect(thumbprintOf(jwk)).toBe(await calculateJwkThumbprint(jwk, 'sha256'));
  });
});

describe('a key', () => {
  it('KEY-7: shows its public half only', () => {
    const jwk = generatePrivateJwk();
    const key = openSigningKey(jwk);
    expect(inspect(key, { showHidden: true })).not.toContain(jwk.d);
    expect(JSON.stringify(key)).not.toContain(jwk.d);
    expect(publicJwkSchema.safeParse(jwk).success).toBe(false);
  });

  it('KEY-4: is refused when its halves do not belong together', () => {
    const mixed = { ...generatePrivateJwk(), x: generatePrivateJwk().x };
    expect(errorCodeOf(() => openSigningKey(mixed))).toBe('key-invalid');
  });

  it.each([
    ['another curve', { crv: 'X25519' }],
    ['a short secret', { d: 'AAAA' }],
    ['a secret that is not base64url', { d: '+'.repeat(43) }],
    ['another member', { use: 'sig' }],
  ])('is refused with %s', (_, change) => {
    expect(errorCodeOf(() => openSigningKey({ ...generatePrivateJwk(), ...change } as PrivateJwk))).toBe('key-invalid');
  });

  it('is refused for verifying when it is no key', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } as const;
    expect(errorCodeOf(() => verifyBytes(jwk, Buffer.alloc(0), Buffer.alloc(64)))).toBe('key-invalid');
  });
});
