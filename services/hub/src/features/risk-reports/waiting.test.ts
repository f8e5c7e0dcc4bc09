import { expect, it } from 'vitest';
import { isOverdue, waitedInWords } from './waiting.ts';

// 24 November 2026 is a Tuesday.
it.each([
  ['2026-11-24T10:00:00Z', '2026-11-25T10:00:00Z', false],
  ['2026-11-24T10:00:00Z', '2026-11-25T10:00:01Z', true],
  ['2026-11-27T16:30:00Z', '2026-11-30T16:30:00Z', false],
  ['2026-11-27T16:30:00Z', '2026-11-30T16:31:00Z', true],
  ['2026-11-28T09:00:00Z', '2026-11-30T09:00:01Z', true],
  ['2026-11-29T09:00:00Z', '2026-11-30T09:00:00Z', false],
  // In the time of London it is Saturday already.
  ['2026-07-03T23:30:00Z', '2026-07-05T23:30:00Z', false],
  ['2026-07-03T23:30:00Z', '2026-07-05T23:30:01Z', true],
])('made at %s, at %s it is overdue: %s', (madeAt, now, overdue) => {
  expect(isOverdue(new Date(madeAt), new Date(now))).toBe(overdue);
});

it('says how long something has waited in the largest unit that says it', () => {
  const since = new Date('2026-11-24T10:00:00Z');
  const after = (minutes: number) => waitedInWords(since, new Date(since.getTime() + minutes * 60_000));
  expect([0, 1, 59, 60, 47 * 60, 48 * 60, 100 * 60].map(after)).toEqual([
    'less than a minute',
    '1 minute',
    '59 minutes',
    '1 hour',
    '47 hours',
    '2 days',
    '4 days',
  ]);
});
