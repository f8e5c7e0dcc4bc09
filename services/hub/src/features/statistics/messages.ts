import { totalCode } from '@practice-exchange/disclosure';
import { readableNumber } from '@practice-exchange/web';
import type { Shown, TableAxis, TableView } from './table-view.ts';

/** Codes that say only that nothing is known: no message is about them. */
const saysNothing = new Set([totalCode, 'unknown', 'withheld']);

/** The codes of an axis that a chart can be about. */
export function tellingCodes(axis: TableAxis): TableAxis['codes'] {
  return axis.codes.filter(({ code }) => !saysNothing.has(code));
}

/**
 * How a number moved, in words: "about 12% more than in July to September 2025". Numbers are rounded to the nearest 5, so
 * that a difference of 5 is no news. Null when either cannot be shown.
 */
export function changeInWords(now: Shown, before: Shown, since: string): string | null {
  if (!('value' in now) || !('value' in before)) return null;
  const difference = now.value - before.value;
  if (Math.abs(difference) <= 5) return `about the same as in ${since}`;
  const direction = difference > 0 ? 'more' : 'fewer';
  if (before.value < 50) return `about ${readableNumber(Math.abs(difference))} ${direction} than in ${since}`;
  return `about ${Math.round((Math.abs(difference) / before.value) * 100)}% ${direction} than in ${since}`;
}

/** The message of a number over time: "Referrals rose from 440 to 465", for the title of its chart. */
export function trendMessage(what: string, first: Shown | undefined, last: Shown | undefined): string {
  if (!first || !last || !('value' in first) || !('value' in last)) return `${what} over time`;
  const from = readableNumber(first.value);
  const to = readableNumber(last.value);
  const difference = last.value - first.value;
  if (Math.abs(difference) <= 5) return `${what} stayed at about ${to}`;
  return `${what} ${difference > 0 ? 'rose' : 'fell'} from ${from} to ${to}`;
}

/** The code with the largest number at a period, with its share of the total where both can be shown. */
export function largestOf(
  view: TableView,
  axis: TableAxis,
  period: string,
): { code: string; label: string; value: number; share: number | null } | undefined {
  const ranked = tellingCodes(axis)
    .flatMap(({ code, label }) => {
      const shown = view.at(period, { [axis.id]: code });
      return 'value' in shown && shown.value > 0 ? [{ code, label, value: shown.value }] : [];
    })
    .sort((a, b) => b.value - a.value);
  const [first, next] = ranked;
  if (!first || first.value === next?.value) return undefined;
  const total = view.at(period);
  return { ...first, share: 'value' in total && total.value > 0 ? first.value / total.value : null };
}

/** "Most referrals: Education (140, about 28% of all)". */
export function largestMessage(view: TableView, axis: TableAxis, period: { code: string; label: string }): string {
  const largest = largestOf(view, axis, period.code);
  if (!largest) return view.title;
  const share = largest.share === null || largest.share > 1 ? '' : `, about ${Math.round(largest.share * 100)}% of all`;
  return `Most ${view.unit}: ${largest.label} (${readableNumber(largest.value)}${share})`;
}
