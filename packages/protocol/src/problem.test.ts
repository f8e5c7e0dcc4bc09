import { describe, expect, it } from 'vitest';
import { isProtocolErrorCode, problemFor, problemSchema } from './problem.ts';
import { type ProtocolErrorCode, protocolErrors } from './protocol-errors.ts';

const codes = Object.keys(protocolErrors) as ProtocolErrorCode[];

describe('a problem', () => {
  it.each(codes)('of %s is a document that a node can read', (code) => {
    const problem = problemFor(code);
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({ code, type: `/problems/${code}`, status: protocolErrors[code].status });
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(problem.title).toMatch(/^[A-Z][^.]*$/);
    expect(problem.detail).toMatch(/^[A-Z].*\.$/);
  });

  it('says what is wanted next, where that is the answer', () => {
    const expected = { epoch: 1, seq: 8, prev: 'A'.repeat(43) };
    expect(problemFor('sequence-gap', { expected, index: 2, instance: 'urn:uuid:x' })).toMatchObject({
      expected,
      index: 2,
    });
  });

  it('is still read when it is newer', () => {
    const newer = { type: '/problems/x', title: 'X', status: 499, code: 'x-y', extra: [1] };
    expect(problemSchema.parse(newer)).toEqual(newer);
    expect(isProtocolErrorCode('x-y')).toBe(false);
    expect(isProtocolErrorCode('gone')).toBe(true);
    expect(isProtocolErrorCode('constructor')).toBe(false);
  });

  it.each([{}, { type: 'x', title: 'x', status: 200, code: 'x' }, { title: 'x', status: 400 }])(
    'is not anything else: %j',
    (other) => {
      expect(problemSchema.safeParse(other).success).toBe(false);
    },
  );
});
