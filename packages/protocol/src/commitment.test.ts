import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commit, createSalt, matchesCommitment } from './commitment.ts';
import { exampleSalt } from './testing/examples.ts';

const body = Buffer.from('{"a":1}');

describe('a commitment', () => {
  it('is the SHA-256 of salt and body', () => {
    const expected = createHash('sha256')
      .update(Buffer.concat([exampleSalt, body]))
      .digest('base64url');
    expect(commit(exampleSalt, body)).toBe(expected);
    expect(matchesCommitment(expected, exampleSalt, body)).toBe(true);
  });

  it('does not match after a change of one bit of salt, body or commitment', () => {
    const commitment = commit(exampleSalt, body);
    fc.assert(
      fc.property(fc.nat(31), fc.nat(body.length - 1), fc.nat(7), (saltPlace, bodyPlace, bit) => {
        expect(matchesCommitment(commitment, flip(exampleSalt, saltPlace, bit), body)).toBe(false);
        expect(matchesCommitment(commitment, exampleSalt, flip(body, bodyPlace, bit))).toBe(false);
        const other = flip(Buffer.from(commitment, 'base64url'), saltPlace, bit).toString('base64url');
        expect(matchesCommitment(other, exampleSalt, body)).toBe(false);
      }),
    );
  });

  it('takes salts of 32 bytes only, so that salt and body cannot be divided otherwise', () => {
    expect(() => commit(exampleSalt.subarray(1), body)).toThrow(RangeError);
    const moved = Buffer.concat([exampleSalt, body]);
    expect(matchesCommitment(commit(exampleSalt, body), moved.subarray(0, 31), moved.subarray(31))).toBe(false);
  });

  it('has a new salt each time', () => {
    expect(createSalt()).toHaveLength(32);
    expect(Buffer.from(createSalt()).equals(createSalt())).toBe(false);
  });
});

function flip(bytes: Uint8Array, index: number, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
  return changed;
}
