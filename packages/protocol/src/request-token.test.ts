import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { sha256 } from './digest.ts';
import type { ProtocolErrorCode } from './protocol-error.ts';
import { checkRequestClaims, pseudonymOf, type RequestClaims, signRequestToken } from './request-token.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleHub, exampleNode, exampleRecord, exampleNodeKey as key } from './testing/examples.ts';

const secret = Buffer.alloc(32, 7);
const now = 1_738_315_800;
const claims: RequestClaims = {
  iss: exampleNode,
  aud: exampleHub,
  iat: now,
  exp: now + 60,
  jti: '3f2b8a54-7c1d-4e9f-8b60-d5e4c3a29187',
  method: 'POST',
  path: '/api/v1/search',
  body: sha256('{"q":""}'),
  sub: pseudonymOf(secret, 'person-1'),
  role: 'practitioner',
};
const request = { method: 'POST', path: '/api/v1/search', bodyHash: sha256('{"q":""}'), now, audience: exampleHub };

describe('a request token', () => {
  it('is a JWT that any library verifies', async () => {
    const token = await signRequestToken(claims, key);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'px-request+jwt', kid: key.kid });
    const verified = await jwtVerify(token, await importJWK(key.publicJwk, 'EdDSA'), {
      algorithms: ['EdDSA'],
      audience: exampleHub,
      issuer: exampleNode,
      typ: 'px-request+jwt',
      currentDate: new Date(now * 1000),
    });
    expect(verified.payload).toEqual(claims);
    expect(checkRequestClaims(verified.payload, request)).toEqual(claims);
  });

  it.each<[ProtocolErrorCode, string, object, object]>([
    ['token-wrong-audience', 'another hub', { aud: exampleRecord }, {}],
    ['token-wrong-body', 'another body', {}, { bodyHash: sha256('{"q":"x"}') }],
    ['token-wrong-body', 'no body', {}, { bodyHash: sha256('') }],
    ['token-wrong-request', 'another path', {}, { path: '/api/v1/publications' }],
    ['token-wrong-request', 'another method', {}, { method: 'GET' }],
    ['token-expired', 'a later time', {}, { now: now + 65 }],
    ['token-not-yet-valid', 'an earlier time', {}, { now: now - 6 }],
    ['token-too-long', 'a life of an hour', { exp: now + 3600 }, {}],
    ['token-too-long', 'a life of 61 seconds', { exp: now + 61 }, {}],
    ['token-invalid', 'no life', { exp: now }, {}],
    ['token-invalid', 'a backward life', { exp: now - 10 }, {}],
    ['token-invalid', 'no id', { jti: undefined }, {}],
    ['token-invalid', 'a role for nobody', { sub: undefined }, {}],
    ['token-invalid', 'somebody without a role', { role: undefined }, {}],
    ['token-invalid', 'a name for a pseudonym', { sub: 'jo@council.example' }, {}],
    ['token-invalid', 'an unknown role', { role: 'owner' }, {}],
    ['token-invalid', 'a query in its path', { path: '/api/v1/search?q=x' }, {}],
    ['token-invalid', 'half a second', { iat: now + 0.5 }, {}],
  ])('gets %s for %s', (code, _, change, other) => {
    expect(errorCodeOf(() => checkRequestClaims({ ...claims, ...change }, { ...request, ...other }))).toBe(code);
  });

  it('forgives clocks that differ by five seconds, or as much as it is told', () => {
    const check = (at: number, leewaySeconds?: number) =>
      errorCodeOf(() =>
        checkRequestClaims(claims, { ...request, now: at, ...(leewaySeconds === undefined ? {} : { leewaySeconds }) }),
      );
    expect(check(now - 5)).toBeUndefined();
    expect(check(now + 64)).toBeUndefined();
    expect(check(now - 1, 0)).toBe('token-not-yet-valid');
    expect(check(now + 60, 0)).toBe('token-expired');
  });

  it('may be made for no person', () => {
    const { sub: _, role: __, ...node } = claims;
    expect(checkRequestClaims(node, request)).toEqual(node);
  });
});

describe('REQ-11: a pseudonym', () => {
  it('is the same for a person and differs between persons and nodes', () => {
    const one = pseudonymOf(secret, 'person-1');
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(pseudonymOf(secret, 'person-1')).toBe(one);
    expect(pseudonymOf(secret, 'person-2')).not.toBe(one);
    expect(pseudonymOf(Buffer.alloc(32, 8), 'person-1')).not.toBe(one);
  });

  it('is not made with a secret that could be guessed', () => {
    expect(() => pseudonymOf(Buffer.alloc(31), 'person-1')).toThrow(RangeError);
  });
});
