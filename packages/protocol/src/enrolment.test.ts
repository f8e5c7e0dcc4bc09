import { describe, expect, it } from 'vitest';
import { authorityProfileSchema, enrolmentRequestSchema, proveEnrolment, verifyEnrolmentProof } from './enrolment.ts';
import { generatePrivateJwk, openSigningKey } from './keys.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import {
  exampleHub,
  exampleNode,
  exampleRecord,
  exampleNodeKey as key,
  exampleRecoveryKey as recovery,
} from './testing/examples.ts';

const authority = {
  name: 'Northmoor',
  onsCode: 'E06999001',
  region: 'north-west',
  type: 'unitary',
  childPopulation: 61_200,
} as const;
const invitation = 'an-invitation-of-some-length';
const request = enrolmentRequestSchema.parse({
  invitation,
  node: exampleNode,
  publicKey: key.publicJwk,
  recoveryKey: recovery.publicJwk,
  authority,
  proof: proveEnrolment({ hub: exampleHub, node: exampleNode, invitation, recoveryKey: recovery.publicJwk }, key),
});

describe('an enrolment', () => {
  it('is proved by the key that is to be registered', () => {
    expect(errorCodeOf(() => verifyEnrolmentProof(request, exampleHub))).toBeUndefined();
  });

  const thief = openSigningKey(generatePrivateJwk());
  it.each<[string, object, string]>([
    ['at another hub', {}, exampleRecord],
    ['for another node', { node: exampleRecord }, exampleHub],
    ['by another invitation', { invitation: 'another-invitation-code' }, exampleHub],
    ['with another recovery key', { recoveryKey: thief.publicJwk }, exampleHub],
    ['for another key', { publicKey: thief.publicJwk }, exampleHub],
    [
      'by another key',
      {
        proof: proveEnrolment(
          { hub: exampleHub, node: exampleNode, invitation, recoveryKey: recovery.publicJwk },
          thief,
        ),
      },
      exampleHub,
    ],
    ['by nothing', { proof: 'a.b.c' }, exampleHub],
  ])('is refused when it is proved %s', (_, change, hub) => {
    expect(errorCodeOf(() => verifyEnrolmentProof({ ...request, ...change }, hub))).toBe('proof-invalid');
  });

  it.each<[string, object]>([
    ['a private key', { publicKey: generatePrivateJwk() }],
    ['a short invitation', { invitation: 'guess' }],
    ['a field that nobody declared', { role: 'operator' }],
    ['an authority of its own making', { authority: { ...authority, region: 'wales' } }],
  ])('is not read with %s', (_, change) => {
    expect(enrolmentRequestSchema.safeParse({ ...request, ...change }).success).toBe(false);
  });

  it('JOI-3: takes an authority as its attributes', () => {
    expect(authorityProfileSchema.parse(authority)).toEqual(authority);
    expect(authorityProfileSchema.safeParse({ ...authority, onsCode: 'E6' }).success).toBe(false);
    expect(authorityProfileSchema.safeParse({ ...authority, childPopulation: 0 }).success).toBe(false);
  });
});
