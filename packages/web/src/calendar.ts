const zone = 'Europe/London';
const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const quarters = ['January to March', 'April to June', 'July to September', 'October to December'];

/** "24 November 2026", in the time of London. Takes a Date or an ISO 8601 string; throws RangeError for anything else. */
export function britishDate(when: Date | string): string {
  return day.format(instant(when));
}

/** "14:02", in the time of London. */
export function britishTime(when: Date | string): string {
  return clock.format(instant(when));
}

/** "24 November 2026 at 14:02". */
export function britishDateTime(when: Date | string): string {
  return `${britishDate(when)} at ${britishTime(when)}`;
}

/** A period in words: `2024-Q3` is "July to September 2024", `2024-25` is "April 2024 to March 2025". Anything else is given back as it is. */
export function periodLabel(period: string): string {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) return `${quarters[Number(quarter[2]) - 1]} ${quarter[1]}`;
  const year = /^(\d{4})-(\d{2})$/.exec(period);
  if (year) return `April ${year[1]} to March ${Number(year[1]) + 1}`;
  return period;
}

function instant(when: Date | string): Date {
  const date = when instanceof Date ? when : new Date(when);
  if (Number.isNaN(date.getTime())) throw new RangeError('not a date');
  return date;
}
