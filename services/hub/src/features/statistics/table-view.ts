import {
  type CellSymbol,
  type PeriodLevel,
  type PublishedCell,
  type TableSpecification,
  tableCatalogue,
  totalCode,
} from '@practice-exchange/disclosure';
import { periodLabel } from '@practice-exchange/web';
import type { PublishedRelease, StoredTable } from './store.ts';

/** One dimension of a published table: its codes in order, the total first. */
export type TableAxis = {
  readonly id: string;
  readonly label: string;
  readonly codes: readonly { readonly code: string; readonly label: string }[];
};

/** A published number or the symbol in its place. */
export type Shown = { readonly value: number } | { readonly symbol: CellSymbol };

/** A published table, ready to be looked at from any side. Pages and downloads are all made from this one thing. */
export type TableView = {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly measure: string;
  readonly source: { readonly id: string; readonly title: string };
  readonly notes: readonly string[];
  readonly level: PeriodLevel;
  readonly release: PublishedRelease;
  readonly permalink: string;
  /** Oldest first; one empty period where the table is as at the release. */
  readonly periods: readonly { readonly code: string; readonly label: string }[];
  readonly axes: readonly TableAxis[];
  /** Every cell in reading order. */
  readonly cells: readonly PublishedCell[];
  /** The cell at a period and at one code for each axis that is named; the others are totals. */
  at(period: string, codes?: Readonly<Record<string, string>>): Shown;
};

/** What names a table for ever: its id and the release's name. */
export function permalinkOf(table: string, release: Pick<PublishedRelease, 'name'>): string {
  return `${table}-${release.name}`;
}

/** The table and the release that a permanent link names. */
export function readPermalink(permalink: string): { table: string; release: string } | undefined {
  const [, table, release] = /^([a-z0-9-]+)-(20\d{2}-Q[1-4]-v\d{1,4})$/.exec(permalink) ?? [];
  return table && release ? { table, release } : undefined;
}

// A table of an approved release never changes, and neither does what is made of it.
const views = new WeakMap<StoredTable, TableView>();

export function viewTable(release: PublishedRelease, table: StoredTable): TableView {
  const view = views.get(table) ?? makeView(release, table);
  views.set(table, view);
  return view;
}

function makeView(release: PublishedRelease, { specification, cells }: StoredTable): TableView {
  const byKey = new Map(cells.map((cell) => [keyOf(specification, cell.at.period ?? '', cell.at), cell]));
  const periods = [...new Set(cells.map(({ at }) => at.period ?? ''))];
  return {
    id: specification.id,
    title: specification.title,
    unit: specification.unit,
    measure: specification.measure,
    source: sourceOf(specification),
    notes: specification.notes,
    level: specification.period,
    release,
    permalink: permalinkOf(specification.id, release),
    periods: periods.map((code) => ({
      code,
      label: code === '' ? `As at ${periodLabel(release.quarter)}` : periodLabel(code),
    })),
    axes: specification.dimensions.map(({ dimension, level }) => axisOf(specification, dimension, level, cells)),
    cells,
    at(period, codes = {}) {
      const cell = byKey.get(keyOf(specification, period, codes));
      if (!cell) return { symbol: 'x' };
      return 'value' in cell ? { value: cell.value } : { symbol: cell.symbol };
    },
  };
}

function keyOf({ dimensions }: TableSpecification, period: string, at: Readonly<Record<string, string>>): string {
  return [period, ...dimensions.map(({ dimension }) => at[dimension] ?? totalCode)].join('|');
}

function axisOf(
  specification: TableSpecification,
  dimension: string,
  level: string,
  cells: readonly PublishedCell[],
): TableAxis {
  const known = tableCatalogue.sources
    .find(({ id }) => id === specification.source)
    ?.dimensions.find(({ id }) => id === dimension);
  const bands = known?.levels.find(({ id }) => id === level)?.bands ?? [];
  const codes = [...new Set(cells.map(({ at }) => at[dimension] ?? totalCode))];
  return {
    id: dimension,
    label: known?.label ?? dimension,
    codes: codes.map((code) => ({
      code,
      label: code === totalCode ? 'Total' : (bands.find((band) => band.code === code)?.label ?? code),
    })),
  };
}

function sourceOf(specification: TableSpecification): { id: string; title: string } {
  const source = tableCatalogue.sources.find(({ id }) => id === specification.source);
  return { id: specification.source, title: source?.title ?? specification.source };
}
