import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagination } from './pagination.ts';

const pageHref = (page: number) => `?page=${page}`;
const shown = (page: number, total: number) =>
  pagination({ page, pageSize: 10, total, pageHref })?.items.map((item) => ('number' in item ? item.number : '…'));

describe('pagination', () => {
  it('is not there when one page holds everything', () => {
    expect(pagination({ page: 1, pageSize: 10, total: 10, pageHref })).toBeNull();
    expect(pagination({ page: 1, pageSize: 10, total: 0, pageHref })).toBeNull();
  });

  it.each([
    [1, 30, [1, 2, 3]],
    [1, 90, [1, 2, '…', 9]],
    [4, 90, [1, 2, 3, 4, 5, '…', 9]],
    [5, 90, [1, '…', 4, 5, 6, '…', 9]],
    [9, 90, [1, '…', 8, 9]],
    [3, 50, [1, 2, 3, 4, 5]],
  ])('on page %i of %i results shows %j', (page, total, expected) => {
    expect(shown(page, total)).toEqual(expected);
  });

  it('brings a page outside the range inside', () => {
    expect(shown(99, 30)).toEqual([1, 2, 3]);
    expect(pagination({ page: -4, pageSize: 10, total: 30, pageHref })).not.toHaveProperty('previous');
  });

  it('always has first, last and exactly one current page, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 11, max: 2000 }), (page, total) => {
        const model = pagination({ page, pageSize: 10, total, pageHref });
        const numbers = model?.items.flatMap((item) => ('number' in item ? [item.number] : [])) ?? [];
        const last = Math.ceil(total / 10);
        expect(numbers[0]).toBe(1);
        expect(numbers.at(-1)).toBe(last);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(model?.items.filter((item) => 'current' in item)).toEqual([
          { number: Math.min(page, last), href: pageHref(Math.min(page, last)), current: true },
        ]);
      }),
    );
  });
});
