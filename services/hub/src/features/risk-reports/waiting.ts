import { countOf } from '@practice-exchange/web';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'short' });

/**
 * Whether a report that was made then has waited for more than one working day: past the same time of the next day that is
 * neither a Saturday nor a Sunday. A bank holiday counts as a working day: a child does not wait for it.
 */
export function isOverdue(madeAt: Date, now: Date): boolean {
  let due = new Date(madeAt.getTime() + dayMs);
  while (isWeekend(due)) due = new Date(due.getTime() + dayMs);
  return now > due;
}

function isWeekend(day: Date): boolean {
  return ['Sat', 'Sun'].includes(weekday.format(day));
}

/** How long something has waited, in the largest unit that says it: "40 minutes", "5 hours", "3 days". */
export function waitedInWords(since: Date, now: Date): string {
  const ms = Math.max(0, now.getTime() - since.getTime());
  if (ms < 60_000) return 'less than a minute';
  if (ms < hourMs) return countOf(Math.floor(ms / 60_000), 'minute');
  if (ms < 2 * dayMs) return countOf(Math.floor(ms / hourMs), 'hour');
  return countOf(Math.floor(ms / dayMs), 'day');
}
