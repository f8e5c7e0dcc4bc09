import { shiftQuarter } from '@practice-exchange/disclosure';
import { periodLabel } from '@practice-exchange/web';
import { cellOf } from './data-tables.ts';
import { changeInWords } from './messages.ts';
import type { TableView } from './table-view.ts';

/** A figure at the head of a page: what it is, its number or symbol, and how it moved. */
export type Headline = {
  readonly title: string;
  readonly number: string;
  readonly meaning: string | null;
  readonly trend: string;
};

/** The tables that headline figures are read from. */
export const headlineTables = [
  'referrals',
  'assessments-by-region',
  'outcomes',
  'learning-by-theme',
  'statements-by-region',
];

const titles: Readonly<Record<string, string>> = {
  referrals: 'Referrals',
  'assessments-by-region': 'Assessments',
  outcomes: 'Cases that ended, by category',
  'learning-by-theme': 'Learning records published',
  'statements-by-region': 'Practice statements',
};

/** The total of each table at the release's quarter, and how it compares with the same quarter a year before. */
export function headlinesOf(views: readonly TableView[]): Headline[] {
  return views.map((view) => {
    const period = view.periods.at(-1)?.code ?? '';
    const shown = view.at(period);
    const cell = cellOf(shown);
    return {
      title: titles[view.id] ?? view.title,
      number: typeof cell === 'string' ? cell : cell.text,
      meaning: typeof cell === 'string' ? null : cell.meaning,
      trend: trendOf(view, period),
    };
  });
}

function trendOf(view: TableView, period: string): string {
  if (view.level === 'as-at') return `Authorities that have made one, as at ${periodLabel(view.release.quarter)}`;
  const known = new Set(view.periods.map(({ code }) => code));
  for (const steps of [-4, -1]) {
    const before = shiftQuarter(period, steps);
    const words = known.has(before) ? changeInWords(view.at(period), view.at(before), periodLabel(before)) : null;
    if (words) return words.charAt(0).toUpperCase() + words.slice(1);
  }
  return `In ${periodLabel(period)}`;
}
