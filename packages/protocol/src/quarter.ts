import { z } from 'zod';

/** A calendar quarter, `2024-Q3`. */
export const quarterSchema = z.string().regex(/^20\d{2}-Q[1-4]$/, 'is a quarter such as 2024-Q3');

/** The calendar quarter of a moment, in the time of London. */
export function quarterOf(at: Date): string {
  const [year = '', month = ''] = londonDay(at).split('-');
  return `${year}-Q${Math.ceil(Number(month) / 3)}`;
}

/** The quarter that lies `steps` quarters before (after when negative). */
export function quarterBefore(quarter: string, steps = 1): string {
  const index = Number(quarter.slice(0, 4)) * 4 + Number(quarter.slice(6)) - 1 - steps;
  return `${Math.floor(index / 4)}-Q${(index % 4) + 1}`;
}

/** The last day, `2026-10-31`, on which the return of a quarter is in time: the end of the month after the quarter. */
export function returnDue(quarter: string): string {
  const year = Number(quarter.slice(0, 4));
  const lastMonth = Number(quarter.slice(6)) * 3;
  return new Date(Date.UTC(year, lastMonth + 1, 0)).toISOString().slice(0, 10);
}

/** Whether the day on which a quarter's return is due has passed, in the time of London. */
export function isReturnLate(quarter: string, now: Date): boolean {
  return londonDay(now) > returnDue(quarter);
}

function londonDay(at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(at);
}
