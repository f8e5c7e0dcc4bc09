import { describe, expect, it } from 'vitest';
import { canonicalise } from './canonical.ts';
import { startOfEpoch } from './chain.ts';
import {
  bodySchemaOf,
  type Envelope,
  envelopeFields,
  operations,
  readEnvelope,
  signEnvelope,
  verifyEnvelope,
} from './envelope.ts';
import { signDocument } from './signing.ts';
import { firstEnvelope } from './testing/envelopes.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleNode, exampleNodeKey as key, keysOf } from './testing/examples.ts';

const codeOf = (document: object) => errorCodeOf(() => readEnvelope(document as Envelope));
const publish = firstEnvelope('publish');

describe('an envelope', () => {
  it.each(operations)('of %s is signed, verified and read as it was', (op) => {
    const envelope = firstEnvelope(op);
    const verified = verifyEnvelope(signEnvelope(envelope, key), keysOf(key));
    expect(verified.envelope).toEqual(envelope);
    expect(verified.kid).toBe(key.kid);
    expect(verified.envelope.schema).toBe(bodySchemaOf[op]);
  });

  it.each(operations)('of %s holds every field of the version and needs each of them', (op) => {
    const envelope = firstEnvelope(op);
    expect(Object.keys(envelope).sort()).toEqual(
      envelopeFields.filter((field) => field !== 'crit' && field !== 'notice').sort(),
    );
    for (const field of Object.keys(envelope)) {
      const { [field as 'node']: _, ...rest } = envelope;
      expect(codeOf(rest)).toBe('envelope-invalid');
    }
  });

  it.each(operations)('of %s holds null exactly where the operation says so', (op) => {
    const envelope = firstEnvelope(op);
    const others = operations.map((other) => firstEnvelope(other));
    for (const field of ['record', 'revision', 'audience', 'schema', 'commitment'] as const) {
      const opposite = others.find((other) => (other[field] === null) !== (envelope[field] === null));
      expect(codeOf({ ...envelope, [field]: opposite?.[field] })).toBe('envelope-invalid');
    }
  });

  it.each<[string, object]>([
    ['an id in capitals', { node: exampleNode.toUpperCase() }],
    ['an id that is no UUID', { record: 'one' }],
    ['a sequence number of 0', { seq: 0 }],
    ['an epoch of 0', { epoch: 0 }],
    ['a revision that does not start at 1', { revision: 2, prevRevision: 1 }],
    ['a digest that is too short', { prev: 'AAAA' }],
    ['a digest with stray bits', { commitment: `${'A'.repeat(42)}B` }],
    ['a time with an offset', { created: '2025-01-31T09:30:00+00:00' }],
    ['a day that there is not', { created: '2025-02-30T09:30:00Z' }],
    ['another operation', { op: 'erase' }],
    ['the schema of another operation', { schema: 'caseload-return/1' }],
    ['a vocabulary that is no version', { vocabulary: 'latest' }],
  ])('is refused with %s', (_, change) => {
    expect(codeOf({ ...publish, ...change })).toBe('envelope-invalid');
  });

  it.each([
    [2, 1, true],
    [3, 1, false],
    [2, 2, false],
    [1, null, false],
    [2, null, false],
  ])('of a later revision counts: %s after %s', (revision, prevRevision, fits) => {
    const code = codeOf({ ...firstEnvelope('revise'), revision, prevRevision });
    expect(code).toBe(fits ? undefined : 'envelope-invalid');
  });

  it('VER-7: names a newer body schema without being refused for it', () => {
    expect(codeOf({ ...publish, schema: 'learning-record/2' })).toBeUndefined();
  });

  it.each([0, 2, 1.5])('VER-2, VER-4: of version %s is not supported', (v) => {
    expect(codeOf({ ...publish, v })).toBe('unsupported-version');
  });

  it.each([null, '1', undefined])('VER-2: whose version is %s is not valid', (v) => {
    expect(codeOf({ ...publish, v })).toBe('envelope-invalid');
  });

  it('says that its version is not supported before anything else of it is read', () => {
    expect(codeOf({ v: 2, anything: true })).toBe('unsupported-version');
  });

  it('VER-5: keeps a field that it does not know, under the same signature', () => {
    const extended = { ...publish, region: 'north' };
    const verified = verifyEnvelope(signDocument(extended, 'px-envelope+jws', key), keysOf(key));
    expect(verified.envelope).toEqual(extended);
    expect(Buffer.from(canonicalise(verified.envelope)).equals(canonicalise(extended))).toBe(true);
  });

  it('is refused when a field that it does not know is critical', () => {
    expect(codeOf({ ...publish, embargo: '2026', crit: ['embargo'] })).toBe('unknown-critical-field');
  });

  it.each<[string, unknown]>([
    ['no names', []],
    ['a name of this version', ['seq']],
    ['its own name', ['crit']],
    ['a name that is not there', ['embargo']],
    ['a name twice', ['region', 'region']],
    ['a name that is only inherited', ['toString']],
    ['no list', 'embargo'],
    ['null', null],
  ])('is refused when crit holds %s', (_, crit) => {
    expect(codeOf({ ...publish, region: 'north', crit })).toBe('envelope-invalid');
  });

  it('is refused as an array or a text', () => {
    expect(errorCodeOf(() => readEnvelope([]))).toBe('envelope-invalid');
    expect(errorCodeOf(() => readEnvelope('x'))).toBe('envelope-invalid');
  });

  it('is not signed when it breaks a rule', () => {
    expect(errorCodeOf(() => signEnvelope({ ...publish, seq: 0 }, key))).toBe('envelope-invalid');
  });

  it('starts each epoch of each node from another value', () => {
    const starts = [startOfEpoch(exampleNode, 1), startOfEpoch(exampleNode, 2), startOfEpoch(publish.record, 1)];
    expect(new Set(starts.map((head) => head.hash)).size).toBe(3);
  });
});
