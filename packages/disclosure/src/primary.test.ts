import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disclosureRules } from './model.ts';
import { judgePrimary, revealingZeros } from './primary.ts';
import { roundingSlack, roundToBase } from './rounding.ts';

const judge = (...shares: number[]) =>
  judgePrimary(
    {
      count: shares.reduce((sum, share) => sum + share, 0),
      byAuthority: new Map(shares.map((share, index) => [`a${index}`, share])),
    },
    disclosureRules,
  );

describe('judgePrimary', () => {
  it('names the first rule that a cell breaks', () => {
    expect(judge(1)).toBe('count-1-to-7');
    expect(judge(3, 2, 2)).toBe('count-1-to-7');
    expect(judge(4, 4)).toBe('few-authorities');
    expect(judge(18, 1, 1)).toBe('one-authority-dominates');
    expect(judge(17, 2, 1)).toBeUndefined();
    expect(judge(0, 0)).toBeUndefined();
  });
});

describe('revealingZeros', () => {
  it('are the zeros of a line with one number', () => {
    expect(revealingZeros([0, 9, 0])).toEqual([0, 2]);
    expect(revealingZeros([0, 9, 1])).toEqual([]);
    expect(revealingZeros([0, 0])).toEqual([]);
  });
});

describe('roundToBase', () => {
  it('lands within the slack that the published method states', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.constantFrom(3, 5, 10), (count, base) => {
        const value = roundToBase(count, base);
        const { below, above } = roundingSlack(base);
        expect(value % base).toBe(0);
        expect(count).toBeGreaterThanOrEqual(value - below);
        expect(count).toBeLessThanOrEqual(value + above);
      }),
    );
  });
});
