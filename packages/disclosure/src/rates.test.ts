import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentageOf, rateOf } from './rates.ts';

const cell = (shown: number | 'c' | 'x') =>
  typeof shown === 'number' ? { at: {}, value: shown } : { at: {}, symbol: shown };

describe('rates and percentages', () => {
  it('come from the rounded numbers', () => {
    expect(rateOf(cell(25), 40_000, 10_000, 2)).toEqual({ value: 6.25 });
    expect(percentageOf(cell(25), cell(200), 1)).toEqual({ value: 12.5 });
  });

  it('are suppressed if either part is', () => {
    expect(rateOf(cell('c'), 40_000, 10_000, 2)).toEqual({ symbol: 'c' });
    expect(percentageOf(cell('c'), cell(200), 1)).toEqual({ symbol: 'c' });
    expect(percentageOf(cell(25), cell('c'), 1)).toEqual({ symbol: 'c' });
    expect(percentageOf(cell('x'), cell('c'), 1)).toEqual({ symbol: 'x' });
  });

  it('of nothing are not applicable; what rounds to zero says k; a true zero is 0', () => {
    expect(percentageOf(cell(0), cell(0), 1)).toEqual({ symbol: 'z' });
    expect(rateOf(cell(5), 0, 10_000, 2)).toEqual({ symbol: 'z' });
    expect(rateOf(cell(5), 10_000_000, 10_000, 1)).toEqual({ symbol: 'k' });
    expect(rateOf(cell(0), 10_000, 10_000, 1)).toEqual({ value: 0 });
  });

  it('never exceed 100%, though part and whole are rounded apart', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (part, whole) => {
        const figure = percentageOf(cell(part * 5), cell(whole * 5), 1);
        if ('value' in figure) expect(figure.value).toBeLessThanOrEqual(100);
        else expect(figure.symbol === 'z' ? whole : part * whole).toBe(figure.symbol === 'z' ? 0 : part * whole);
      }),
    );
  });
});
