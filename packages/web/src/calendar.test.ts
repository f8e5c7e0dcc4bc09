import { describe, expect, it } from 'vitest';
import { britishDate, britishDateTime, britishTime, periodLabel } from './calendar.ts';

describe('dates', () => {
  it('are written as in Britain and told in the time of London', () => {
    expect(britishDate('2026-11-24T14:02:00Z')).toBe('24 November 2026');
    expect(britishTime('2026-11-24T14:02:00Z')).toBe('14:02');
    expect(britishTime('2026-07-01T13:02:00Z')).toBe('14:02');
    expect(britishTime('2026-11-24T00:05:00Z')).toBe('00:05');
    expect(britishDateTime(new Date('2026-06-30T23:30:00Z'))).toBe('1 July 2026 at 00:30');
  });

  it('are refused when they are not dates', () => {
    expect(() => britishDate('yesterday')).toThrow(RangeError);
  });
});

describe('periods', () => {
  it.each([
    ['2024-Q1', 'January to March 2024'],
    ['2024-Q3', 'July to September 2024'],
    ['2024-Q4', 'October to December 2024'],
    ['2024-25', 'April 2024 to March 2025'],
    ['2099-00', 'April 2099 to March 2100'],
    ['something newer', 'something newer'],
  ])('%s is %s', (period, words) => {
    expect(periodLabel(period)).toBe(words);
  });
});
