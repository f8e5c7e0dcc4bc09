import fc from 'fast-check';
import { CompactSign, compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url.ts';
import { generatePrivateJwk, openSigningKey, verifyBytes } from './keys.ts';
import { protocolLimits } from './limits.ts';
import { hashOf, readCompactJws, signDocument, verifyDocument } from './signing.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleNodeKey as key, keysOf } from './testing/examples.ts';

const typ = 'px-envelope+jws';
const document = { b: 'é', a: [1, null] };
const jws = signDocument(document, typ, key);
const lookup = keysOf(key);

/** Signs any header and payload as given, which `signDocument` would not. */
function signAny(header: string, payload: string): string {
  const input = `${encodeBase64url(Buffer.from(header))}.${encodeBase64url(Buffer.from(payload))}`;
  return `${input}.${encodeBase64url(key.sign(Buffer.from(input)))}`;
}

const header = JSON.stringify({ alg: 'Ed25519', kid: key.kid, typ });
const codeOf = (text: string) => errorCodeOf(() => verifyDocument(text, typ, lookup));

describe('signing', () => {
  it('makes the JWS of RFC 8037 appendix A.4 with the same key', () => {
    const input = `${encodeBase64url(Buffer.from('{"alg":"EdDSA"}'))}.${encodeBase64url(Buffer.from('Example of Ed25519 signing'))}`;
    const signature = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    expect(input).toBe('eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc');
    expect(encodeBase64url(key.sign(Buffer.from(input)))).toBe(signature);
    expect(verifyBytes(key.publicJwk, Buffer.from(input), Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('writes what jose verifies', async () => {
    const verified = await compactVerify(jws, await importJWK(key.publicJwk, 'Ed25519'), { algorithms: ['Ed25519'] });
    expect(verified.protectedHeader).toEqual({ alg: 'Ed25519', kid: key.kid, typ });
    expect(Buffer.from(verified.payload).toString()).toBe('{"a":[1,null],"b":"é"}');
  });

  it('verifies what jose writes', async () => {
    const made = await new CompactSign(Buffer.from('{"a":1}'))
      .setProtectedHeader({ alg: 'Ed25519', kid: key.kid, typ })
      .sign(await importJWK({ ...generatePrivateJwk(), ...key.keyObject().export({ format: 'jwk' }) }, 'Ed25519'));
    expect(verifyDocument(made, typ, lookup)).toEqual({
      kid: key.kid,
      document: { a: 1 },
      hash: hashOf(readCompactJws(made)),
    });
  });

  it('refuses a document that is too large', () => {
    expect(errorCodeOf(() => signDocument({ a: 'a'.repeat(protocolLimits.jwsBytes) }, typ, key))).toBe('too-large');
  });
});

describe('verifying', () => {
  it('accepts what was signed', () => {
    expect(verifyDocument(jws, typ, lookup)).toEqual({
      kid: key.kid,
      document: { a: [1, null], b: 'é' },
      hash: hashOf(jws),
    });
  });

  it('refuses any change of one bit', () => {
    fc.assert(
      fc.property(fc.nat(jws.length - 1), fc.nat(7), (index, bit) => {
        const changed = Buffer.from(jws, 'latin1');
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        expect(codeOf(changed.toString('latin1'))).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it('refuses another spelling of the same signature', () => {
    // The last character of 64 bytes carries four unused bits.
    const last = jws.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = alphabet.charAt(alphabet.indexOf(last) ^ 1);
    expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(last, 'base64url'));
    expect(codeOf(jws.slice(0, -1) + other)).toBe('malformed-jws');
  });

  it.each([
    ['no parts', 'abc'],
    ['two parts', jws.split('.').slice(0, 2).join('.')],
    ['four parts', `${jws}.AAAA`],
    ['an empty signature', `${jws.split('.').slice(0, 2).join('.')}.`],
    ['padding', `${jws}==`],
    ['white space', `${jws}\n`],
    ['a header that is not JSON', signAny('{', '{}')],
    ['a header that is no object', signAny('"x"', '{}')],
  ])('refuses %s', (_, text) => {
    expect(codeOf(text)).toBe('malformed-jws');
  });

  it.each([
    ['none', { alg: 'none', kid: key.kid, typ }],
    ['the older name EdDSA', { alg: 'EdDSA', kid: key.kid, typ }],
    ['a shared secret', { alg: 'HS256', kid: key.kid, typ }],
    ['no algorithm', { kid: key.kid, typ }],
  ])('refuses the algorithm: %s', (_, other) => {
    expect(codeOf(signAny(JSON.stringify(other), '{"a":1}'))).toBe('algorithm-not-allowed');
  });

  it.each([
    ['an embedded key', JSON.stringify({ alg: 'Ed25519', jwk: key.publicJwk, kid: key.kid, typ })],
    ['b64', JSON.stringify({ alg: 'Ed25519', b64: false, crit: ['b64'], kid: key.kid, typ })],
    ['crit', JSON.stringify({ alg: 'Ed25519', crit: ['exp'], exp: 1, kid: key.kid, typ })],
    ['a key address', JSON.stringify({ alg: 'Ed25519', jku: 'https://example.org', kid: key.kid, typ })],
    ['another type', JSON.stringify({ alg: 'Ed25519', kid: key.kid, typ: 'px-receipt+jws' })],
    ['no type', JSON.stringify({ alg: 'Ed25519', kid: key.kid })],
    ['no key id', JSON.stringify({ alg: 'Ed25519', typ })],
    ['a key id that is no thumbprint', JSON.stringify({ alg: 'Ed25519', kid: 'x', typ })],
    ['white space', header.replace(',', ', ')],
    ['another order', JSON.stringify({ typ, kid: key.kid, alg: 'Ed25519' })],
    ['a member twice', header.replace('{', '{"alg":"none",')],
  ])('refuses a header with %s', (_, other) => {
    expect(codeOf(signAny(other, '{"a":1}'))).toBe('header-not-allowed');
  });

  it('refuses a key that the sender has not registered, though the signature is right', () => {
    expect(errorCodeOf(() => verifyDocument(jws, typ, keysOf()))).toBe('unknown-key');
  });

  it('refuses a signature by another key under this key’s id', () => {
    const other = openSigningKey(generatePrivateJwk());
    expect(errorCodeOf(() => verifyDocument(jws, typ, () => other.publicJwk))).toBe('bad-signature');
  });

  it('refuses a payload that is not canonical, though it is signed', () => {
    expect(codeOf(signAny(header, '{"a":1}'))).toBeUndefined();
    expect(codeOf(signAny(header, '{"a": 1}'))).toBe('not-canonical');
    expect(codeOf(signAny(header, '{"a":1,"a":2}'))).toBe('not-canonical');
  });

  it('refuses text that is too long before it looks inside', () => {
    expect(codeOf(jws + 'A'.repeat(protocolLimits.jwsBytes))).toBe('too-large');
  });
});
