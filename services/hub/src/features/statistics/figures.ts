import { rateOf, symbolMeanings, totalCode } from '@practice-exchange/disclosure';
import { regions } from '@practice-exchange/vocabulary';
import {
  barChart,
  type ChartModel,
  type DataTable,
  type Figure,
  lineChart,
  periodLabel,
  regionMap,
} from '@practice-exchange/web';
import { dataTablesOf, spanOf } from './data-tables.ts';
import { largestMessage, tellingCodes, trendMessage } from './messages.ts';
import type { PublishedRelease } from './store.ts';
import type { Shown, TableAxis, TableView } from './table-view.ts';

/** A table of a release with what a page shows of it: a chart where one helps, the tables, and its permanent link. */
export type StatisticsFigure = {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly chart: ChartModel | null;
  readonly tables: readonly DataTable[];
  /** Why there is nothing to show yet; null where there is. */
  readonly empty: string | null;
  readonly permalink: string;
};

const seriesAtMost = 4;
const periodsAtMost = 8;

/** How a page shows a published table. */
export function figureOf(view: TableView): StatisticsFigure {
  const chart = chartOf(view);
  return {
    id: view.id,
    title: chart?.title ?? view.title,
    subtitle: chart?.subtitle ?? `${view.title}, England`,
    chart,
    tables: dataTablesOf(view),
    empty: view.cells.length > 0 ? null : emptySentence(view),
    permalink: view.permalink,
  };
}

function emptySentence({ level, release }: TableView): string {
  return level === 'financial-year'
    ? `This table counts whole financial years, and none has ended up to ${periodLabel(release.quarter)}. It fills with the first release after March.`
    : `Nothing was counted for this table up to ${periodLabel(release.quarter)}.`;
}

function chartOf(view: TableView): ChartModel | null {
  const [axis, second] = view.axes;
  if (second) return null;
  const periods = view.periods.slice(-periodsAtMost);
  const numbered = periods.filter(({ code }) => 'value' in view.at(code));
  if (!axis) return numbered.length < 2 ? null : totalOverTime(view, periods);
  if (view.level === 'quarter' && numbered.length >= 3) return linesOf(view, axis, periods);
  const newest = periods.at(-1);
  return newest ? barsOf(view, axis, newest) : null;
}

function totalOverTime(view: TableView, periods: TableView['periods']): ChartModel {
  const values = periods.map(({ code }) => view.at(code));
  return lineChart({
    id: `${view.id}-chart`,
    title: trendMessage(view.title, values[0], values.at(-1)),
    subtitle: `Number of ${view.unit}, England, ${spanOf(periods)}`,
    categoryLabel: 'Quarter',
    categories: periods.map(({ code, label }) => ({ label, short: shortPeriod(code) })),
    series: [{ label: view.title, values: values.map(figure) }],
    unit: view.unit,
    source: sourceLine(view),
  });
}

/** The four largest codes of the newest quarter over time: more lines cannot be told apart. */
function linesOf(view: TableView, axis: TableAxis, periods: TableView['periods']): ChartModel | null {
  const newest = periods.at(-1);
  if (!newest) return null;
  const shown = tellingCodes(axis)
    .map((code) => ({ ...code, newest: numberIn(view.at(newest.code, { [axis.id]: code.code })) }))
    .filter((code) => code.newest > 0)
    .sort((a, b) => b.newest - a.newest);
  if (shown.length === 0) return null;
  const series = shown.slice(0, seriesAtMost);
  const others = tellingCodes(axis).length > series.length;
  return lineChart({
    id: `${view.id}-chart`,
    title: largestMessage(view, axis, newest),
    subtitle: `${view.title}${others ? ` (the ${inNumberWords(series.length)} largest)` : ''}, England, ${spanOf(periods)}`,
    categoryLabel: 'Quarter',
    categories: periods.map(({ code, label }) => ({ label, short: shortPeriod(code) })),
    series: series.map(({ code, label }) => ({
      label,
      values: periods.map((period) => figure(view.at(period.code, { [axis.id]: code }))),
    })),
    unit: view.unit,
    source: sourceLine(view),
  });
}

function barsOf(view: TableView, axis: TableAxis, period: { code: string; label: string }): ChartModel | null {
  const rows = axis.codes
    .filter(({ code }) => code !== totalCode)
    .map(({ code, label }) => ({ label, shown: view.at(period.code, { [axis.id]: code }) }));
  if (!rows.some(({ shown }) => 'value' in shown && shown.value > 0)) return null;
  // The order of the codes says something only where they are steps of one scale.
  const ordered =
    axis.id.startsWith('age') || axis.id.startsWith('agreed') || axis.id.startsWith('family')
      ? rows
      : [...rows].sort((a, b) => numberIn(b.shown) - numberIn(a.shown));
  return barChart({
    id: `${view.id}-chart`,
    title: view.level === 'as-at' ? agreedMessage(view, axis, period) : largestMessage(view, axis, period),
    subtitle: `${view.title}, England, ${period.label.replace(/^As/, 'as')}`,
    categoryLabel: axis.label,
    categories: ordered.map(({ label }) => ({ label })),
    series: [{ label: `Number of ${view.unit}`, values: ordered.map(({ shown }) => figure(shown)) }],
    unit: view.unit,
    source: sourceLine(view),
  });
}

/** "35 of 45 authorities have agreed who is responsible for these cases". */
function agreedMessage(view: TableView, axis: TableAxis, period: { code: string; label: string }): string {
  const agreed = view.at(period.code, { [axis.id]: 'yes' });
  const total = view.at(period.code);
  if (!axis.id.startsWith('agreed-') || !('value' in agreed) || !('value' in total)) {
    return largestMessage(view, axis, period);
  }
  return `${agreed.value} of ${total.value} authorities have agreed ${axis.label.charAt(0).toLowerCase()}${axis.label.slice(1)}`;
}

/**
 * Referrals for each 10,000 children by region, at one quarter: rounded referrals over the children who live where
 * authorities have returned. A place is the point here, so it is a map.
 */
export function referralRateMap(view: TableView): ChartModel | null {
  const period = view.periods.at(-1);
  if (!period) return null;
  const { quarter, coverage } = view.release;
  const rates = regions.map(({ code, label }) => {
    const shown = view.at(period.code, { region: code });
    const rate = rateOf({ at: {}, ...shown }, coverage.population[quarter]?.[code] ?? 0, 10_000, 1);
    return { region: code, label, figure: 'symbol' in shown ? figure(shown) : figure(rate) };
  });
  const known = rates.flatMap(({ label, figure: rate }) => (typeof rate === 'number' ? [{ label, rate }] : []));
  const highest = [...known].sort((a, b) => b.rate - a.rate)[0];
  return regionMap({
    id: 'referral-rate-map',
    title: highest
      ? `Referrals for each 10,000 children were highest in ${highest.label}: ${highest.rate}`
      : 'Referrals for each 10,000 children cannot be shown by region',
    subtitle: `Referrals for each 10,000 children in authorities that returned, by region, ${period.label}`,
    unit: 'referrals for each 10,000 children',
    regions: rates.map(({ region, figure: value }) => ({ region, value })),
    source: sourceLine(view),
  });
}

export function sourceLine(view: TableView): string {
  return `Practice Exchange, ${view.source.title.charAt(0).toLowerCase()}${view.source.title.slice(1)}, r${releaseTitle(view.release).slice(1)}.`;
}

/** "Release for April to June 2026", with its version from the second on. */
export function releaseTitle(release: Pick<PublishedRelease, 'quarter' | 'version'>): string {
  return `Release for ${periodLabel(release.quarter)}${release.version > 1 ? `, version ${release.version}` : ''}`;
}

function figure(shown: Shown): Figure {
  return 'value' in shown ? shown.value : { symbol: shown.symbol, meaning: lowerFirst(symbolMeanings[shown.symbol]) };
}

function numberIn(shown: Shown): number {
  return 'value' in shown ? shown.value : -1;
}

function shortPeriod(code: string): string {
  const [year, quarter] = code.split('-');
  return quarter?.startsWith('Q') ? `${quarter} ${year?.slice(2)}` : code;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function inNumberWords(count: number): string {
  return ['none', 'one', 'two', 'three', 'four'][count] ?? String(count);
}
