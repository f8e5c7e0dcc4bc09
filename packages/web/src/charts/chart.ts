import type { Markup } from '../markup.ts';
import { readableNumber } from '../wording.ts';

/** A number that is not shown, and why: `{ symbol: 'c', meaning: 'suppressed to protect people' }`. */
export type WithheldFigure = { readonly symbol: string; readonly meaning: string };

/** One value: a number, a symbol in its place, or null where there is nothing. */
export type Figure = number | WithheldFigure | null;

/** One line or one colour of bars: its name and a value for each category, in order. */
export type Series = { readonly label: string; readonly values: readonly Figure[] };

export type ChartSpec = {
  /** Unique on the page; letters, digits and hyphens. */
  readonly id: string;
  /** The message: "Referrals from schools have doubled since 2023". */
  readonly title: string;
  /** What is counted, where and when: "Referrals by source, England, October 2024 to September 2026". */
  readonly subtitle: string;
  /** What the horizontal steps are, for the table: "Quarter". */
  readonly categoryLabel: string;
  readonly categories: readonly { readonly label: string; readonly short?: string }[];
  /** One to four; more cannot be told apart. */
  readonly series: readonly Series[];
  /** What a value is: "referrals", "per 10,000 children". */
  readonly unit: string;
  readonly source?: string;
};

/** What the `chartFigure` and `dataTable` macros take. */
export type ChartModel = {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly wide: Markup;
  readonly narrow: Markup;
  readonly legend: readonly { readonly label: string; readonly key: Markup }[];
  readonly table: DataTable;
  readonly source: string | null;
};

export type TableCell = string | { readonly text: string; readonly meaning: string };

/** What the `dataTable` macro takes. */
export type DataTable = {
  readonly id: string;
  readonly caption: string;
  readonly captionClasses?: string;
  readonly columns: readonly { readonly label: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly TableCell[])[];
  readonly notes?: readonly string[];
};

/** Throws, naming the chart, when a spec cannot be drawn honestly: no series or over four, lengths that differ, figures that are not finite or negative. */
export function checkSpec(spec: ChartSpec): void {
  const fault = faultOf(spec);
  if (fault) throw new Error(`chart ${spec.id}: ${fault}`);
}

function faultOf({ id, series, categories }: ChartSpec): string | null {
  if (!/^[A-Za-z][\w-]*$/.test(id)) return 'the id is letters, digits and hyphens';
  if (series.length < 1 || series.length > 4) return `${series.length} series: one to four can be told apart`;
  if (categories.length === 0) return 'there are no categories';
  for (const { label, values } of series) {
    if (values.length !== categories.length) {
      return `${label} has ${values.length} values for ${categories.length} categories`;
    }
    if (values.some((value) => typeof value === 'number' && !(Number.isFinite(value) && value >= 0))) {
      return `${label} holds a value that is negative or not a number`;
    }
  }
  return null;
}

/** The numbers of a chart as a table, with each symbol explained beneath. */
export function tableOf(spec: ChartSpec): DataTable {
  return {
    id: `${spec.id}-table`,
    caption: spec.subtitle,
    columns: [{ label: spec.categoryLabel }, ...spec.series.map(({ label }) => ({ label, numeric: true }))],
    rows: spec.categories.map((category, at) => [
      category.label,
      ...spec.series.map(({ values }) => cellOf(values[at] ?? null)),
    ]),
    notes: symbolNotes(spec),
  };
}

/** "[c] means suppressed to protect people", once for each symbol used. */
function symbolNotes(spec: ChartSpec): string[] {
  const meanings = new Map<string, string>();
  for (const value of spec.series.flatMap(({ values }) => values)) {
    if (isWithheld(value)) meanings.set(value.symbol, value.meaning);
    else if (value === null) meanings.set('x', 'not available');
  }
  return [...meanings].map(([symbol, meaning]) => `[${symbol}] means ${meaning}.`);
}

function cellOf(value: Figure): TableCell {
  if (value === null) return { text: '[x]', meaning: 'not available' };
  if (isWithheld(value)) return { text: `[${value.symbol}]`, meaning: value.meaning };
  return readableNumber(value);
}

export function isWithheld(value: Figure | undefined): value is WithheldFigure {
  return typeof value === 'object' && value !== null;
}

/** The greatest number shown, for the scale; 1 when there is none, so that the axis still has a length. */
export function greatestOf(spec: ChartSpec): number {
  const numbers = spec.series.flatMap(({ values }) => values).filter((value) => typeof value === 'number');
  return Math.max(1, ...numbers);
}

/** What the drawing shows, in sentences, for those who hear it instead: the range of each series and where to find every number. */
export function descriptionOf(spec: ChartSpec): string {
  const sentences = spec.series.map(({ label, values }) => {
    const known = values.flatMap((value, at) => (typeof value === 'number' ? [{ value, at }] : []));
    const first = known[0];
    const last = known.at(-1);
    if (!first || !last) return `${label}: no figures can be shown.`;
    const missing = values.length - known.length;
    const gap = missing > 0 ? `, ${missing} not shown` : '';
    const from = `${readableNumber(first.value)} in ${spec.categories[first.at]?.label}`;
    const to = `${readableNumber(last.value)} in ${spec.categories[last.at]?.label}`;
    return `${label}: from ${from} to ${to}${gap}.`;
  });
  return `${spec.subtitle}. ${sentences.join(' ')} Every number is in the table that follows.`;
}
