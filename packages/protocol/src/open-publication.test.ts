import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url.ts';
import { canonicalise } from './canonical.ts';
import { startOfEpoch } from './chain.ts';
import { commit } from './commitment.ts';
import { type Envelope, type Operation, operations, signEnvelope } from './envelope.ts';
import { rotateKey } from './key-rotation.ts';
import { generatePrivateJwk, openSigningKey } from './keys.ts';
import { protocolLimits } from './limits.ts';
import { openPublication } from './open-publication.ts';
import type { ProtocolErrorCode } from './protocol-error.ts';
import type { PublicationItem } from './publication-messages.ts';
import type { ReceiptReason } from './receipt-reasons.ts';
import { type PublicationIntent, sealPublication } from './seal-publication.ts';
import { signDocument } from './signing.ts';
import { drafts, firstEnvelope } from './testing/envelopes.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import {
  exampleCaseloadReturn,
  exampleCreated,
  exampleLearningRecord,
  exampleNode,
  examplePracticeStatement,
  exampleRecord,
  exampleSalt,
  exampleNodeKey as key,
  keysOf,
} from './testing/examples.ts';

const newKey = openSigningKey(generatePrivateJwk());
const record = exampleRecord;
const audience = { scope: 'network' } as const;
const intents: { readonly [O in Operation]: Extract<PublicationIntent, { op: O }> } = {
  publish: { op: 'publish', record, audience, body: exampleLearningRecord },
  revise: { op: 'revise', record, revision: 2, audience, body: exampleLearningRecord },
  rescope: { op: 'rescope', record, revision: 3, audience: { scope: 'regions', regions: ['london'] } },
  withdraw: { op: 'withdraw', record, revision: 4 },
  statement: { op: 'statement', record, revision: 1, audience, body: examplePracticeStatement },
  return: { op: 'return', record, revision: 2, body: exampleCaseloadReturn },
  'rotate-key': { op: 'rotate-key', newKey },
  heartbeat: { op: 'heartbeat' },
};

const start = startOfEpoch(exampleNode, 1);
const seal = (intent: PublicationIntent) => sealPublication(start, intent, { key, created: exampleCreated });
const open = (item: PublicationItem) => openPublication(item, keysOf(key), { node: exampleNode });

/** An item of any body under an envelope that truly commits to it. */
function committed(op: 'publish' | 'rotate-key', body: Uint8Array, change: Partial<Envelope> = {}): PublicationItem {
  const envelope = { ...firstEnvelope(op), commitment: commit(exampleSalt, body), ...change } as Envelope;
  return {
    envelope: signEnvelope(envelope, key),
    body: encodeBase64url(body),
    salt: encodeBase64url(exampleSalt),
  };
}

describe('a publication', () => {
  it.each(operations)('of %s is sealed at one end and opened at the other', (op) => {
    const sealed = seal(intents[op]);
    const opened = open(sealed.item);
    expect(opened).toMatchObject({ status: 'opened', op, envelope: sealed.envelope, hash: sealed.hash, kid: key.kid });
    if (opened.status !== 'opened') throw new Error('not opened');
    const intent = intents[op];
    expect(opened.body).toEqual(
      op === 'rotate-key' ? rotateKey(exampleNode, key.kid, newKey) : 'body' in intent ? intent.body : null,
    );
    expect(opened.salt === null).toBe(sealed.salt === null);
    expect(sealed.head).toEqual({ node: exampleNode, epoch: 1, seq: 1, hash: sealed.hash });
  });

  it('has another commitment each time, so that equal bodies do not look equal', () => {
    expect(seal(intents.publish).envelope.commitment).not.toBe(seal(intents.publish).envelope.commitment);
  });

  it('follows the one before it', () => {
    const first = seal(intents.publish);
    const second = sealPublication(first.head, intents.revise, { key, created: exampleCreated });
    expect(second.envelope).toMatchObject({ seq: 2, prev: first.hash, revision: 2, prevRevision: 1 });
  });

  it('commits to what its schema gives back', () => {
    const sealed = seal({ ...intents.publish, body: { ...exampleLearningRecord, title: '  A title ' } });
    expect(open(sealed.item)).toMatchObject({ status: 'opened', body: { title: 'A title' } });
  });

  it('is not sealed with a body that is not valid', () => {
    const body = { ...exampleLearningRecord, learningPoints: [] };
    expect(errorCodeOf(() => seal({ ...intents.publish, body }))).toBe('body-invalid');
  });

  it('is not sealed with a revision that cannot be', () => {
    expect(errorCodeOf(() => seal({ ...intents.revise, revision: 1 }))).toBe('envelope-invalid');
  });
});

describe('a refused publication', () => {
  const sealed = seal(intents.publish).item;
  const refusals: readonly (readonly [ProtocolErrorCode, string, () => PublicationItem])[] = [
    [
      'too-large',
      'an envelope beyond the limit',
      () => ({ ...sealed, envelope: `${sealed.envelope}${'A'.repeat(20_000)}` as never }),
    ],
    [
      'too-large',
      'a body beyond the limit',
      () => {
        const body = canonicalise({ a: 'a'.repeat(protocolLimits.bodyBytes) });
        return committed('publish', body);
      },
    ],
    ['malformed-jws', 'an envelope that is no JWS', () => ({ ...sealed, envelope: 'x' as never })],
    [
      'header-not-allowed',
      'a receipt in an envelope’s place',
      () => ({ envelope: signDocument(firstEnvelope('heartbeat'), 'px-receipt+jws', key) }),
    ],
    [
      'unknown-key',
      'a key of somebody else',
      () => ({ ...sealed, envelope: signEnvelope(firstEnvelope('publish'), newKey) }),
    ],
    [
      'bad-signature',
      'a changed signature',
      () => ({ ...sealed, envelope: `${sealed.envelope.slice(0, -6)}AAAAAA` as never }),
    ],
    [
      'unsupported-version',
      'a later version',
      () => ({ envelope: signDocument({ ...firstEnvelope('heartbeat'), v: 2 }, 'px-envelope+jws', key) }),
    ],
    [
      'envelope-invalid',
      'a critical field that is not there',
      () => ({ envelope: signDocument({ ...firstEnvelope('heartbeat'), crit: ['x'] }, 'px-envelope+jws', key) }),
    ],
    [
      'envelope-invalid',
      'a critical field beside a field that is missing',
      () => ({ envelope: signDocument({ v: 1, x: 1, crit: ['x'] }, 'px-envelope+jws', key) }),
    ],
    [
      'envelope-invalid',
      'a field that is missing',
      () => ({ envelope: signDocument({ v: 1 }, 'px-envelope+jws', key) }),
    ],
    [
      'wrong-node',
      'the name of another node',
      () => ({ envelope: signEnvelope({ ...firstEnvelope('heartbeat'), node: exampleRecord }, key) }),
    ],
    [
      'body-unexpected',
      'a body that its operation does not have',
      () => ({ ...sealed, envelope: seal(intents.heartbeat).jws }),
    ],
    ['body-malformed', 'a body without its salt', () => ({ envelope: sealed.envelope, body: sealed.body ?? '' })],
    ['body-malformed', 'a salt without its body', () => ({ envelope: sealed.envelope, salt: sealed.salt ?? '' })],
    ['body-malformed', 'a body with padding', () => ({ ...sealed, body: `${sealed.body}=` })],
    ['body-malformed', 'a short salt', () => ({ ...sealed, salt: 'AAAA' })],
    ['commitment-mismatch', 'the body of another', () => ({ ...seal(intents.revise).item, envelope: sealed.envelope })],
  ];

  it.each(refusals)('gets %s for %s', (code, _, item) => {
    expect(open(item())).toEqual({ status: 'refused', code, detail: expect.any(String) });
  });

  it('is one whose envelope is signed but not canonical', () => {
    const header = sealed.envelope.split('.')[0];
    const input = `${header}.${encodeBase64url(Buffer.from(JSON.stringify(drafts.heartbeat, null, 1)))}`;
    const envelope = `${input}.${encodeBase64url(key.sign(Buffer.from(input)))}`;
    expect(open({ envelope: envelope as never })).toMatchObject({ status: 'refused', code: 'not-canonical' });
  });

  it('is any that was changed by one bit, anywhere', () => {
    const parts = ['envelope', 'body', 'salt'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.nat(), fc.nat(7), (part, place, bit) => {
        const text = Buffer.from(sealed[part] ?? '', 'latin1');
        const index = place % text.length;
        text.writeUInt8(text.readUInt8(index) ^ (1 << bit), index);
        expect(open({ ...sealed, [part]: text.toString('latin1') }).status).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  it('does not take its fault for the fault of something else', () => {
    const broken = () => {
      throw new TypeError('the key store is closed');
    };
    expect(() => openPublication(sealed, broken, { node: exampleNode })).toThrow('the key store is closed');
  });
});

describe('a rejected publication', () => {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const canonicalBody = canonicalise(exampleLearningRecord);
  const otherRotation = rotateKey(exampleRecord, key.kid, newKey);
  const rejections: readonly (readonly [ProtocolErrorCode, ReceiptReason, string, () => PublicationItem])[] = [
    [
      'unknown-critical-field',
      'unknown-critical-field',
      'a critical field that is not understood',
      () => ({ envelope: signDocument({ ...firstEnvelope('heartbeat'), x: 1, crit: ['x'] }, 'px-envelope+jws', key) }),
    ],
    ['body-missing', 'body-removed', 'no body', () => ({ envelope: seal(intents.publish).jws })],
    ['body-not-canonical', 'body-not-canonical', 'keys out of order', () => committed('publish', json({ b: 1, a: 1 }))],
    [
      'body-not-canonical',
      'body-not-canonical',
      'bytes that are no text',
      () => committed('publish', Buffer.from([0xff])),
    ],
    [
      'body-invalid',
      'body-invalid',
      'a field that nobody declared',
      () => committed('publish', canonicalise({ ...exampleLearningRecord, childName: 'x' })),
    ],
    [
      'body-invalid',
      'body-invalid',
      'white space around a text',
      () => committed('publish', canonicalise({ ...exampleLearningRecord, title: ' x' })),
    ],
    [
      'body-invalid',
      'body-invalid',
      'a rotation that was proved for another node',
      () => committed('rotate-key', canonicalise(otherRotation)),
    ],
    [
      'unsupported-schema',
      'unsupported-schema',
      'a newer schema',
      () => committed('publish', canonicalBody, { schema: 'learning-record/2' }),
    ],
    [
      'unsupported-vocabulary',
      'unsupported-vocabulary',
      'a code of a newer vocabulary',
      () =>
        committed('publish', canonicalise({ ...exampleLearningRecord, outcome: 'new-outcome' }), { vocabulary: '1.9' }),
    ],
    [
      'unsupported-vocabulary',
      'unsupported-vocabulary',
      'a code of the next vocabulary',
      () =>
        committed('publish', canonicalise({ ...exampleLearningRecord, outcome: 'new-outcome' }), { vocabulary: '2.0' }),
    ],
    [
      'body-invalid',
      'body-invalid',
      'a code that its own vocabulary does not have',
      () =>
        committed('publish', canonicalise({ ...exampleLearningRecord, outcome: 'new-outcome' }), { vocabulary: '0.9' }),
    ],
  ];

  it.each(rejections)('gets %s and the reason %s for %s, and keeps its place', (code, reason, _, item) => {
    expect(open(item())).toMatchObject({ status: 'rejected', code, reason, envelope: { seq: 1 }, kid: key.kid });
  });

  it('is not one that names a newer vocabulary and uses nothing of it', () => {
    expect(open(committed('publish', canonicalBody, { vocabulary: '1.9' })).status).toBe('opened');
  });

  it('is described without what it held', () => {
    const body = canonicalise({ ...exampleLearningRecord, 'Mary Smith': 1, outcome: 'Mary Smith', sex: 'Mary Smith' });
    const opened = open(committed('publish', body));
    expect(opened.status === 'rejected' && opened.detail).toContain('outcome');
    expect(opened.status === 'rejected' && opened.detail).not.toContain('Mary');
  });
});
