import {
  type CellSymbol,
  type Decision,
  type PublishedCell,
  type TableSpecification,
  tableCatalogue,
  totalCode,
} from '@practice-exchange/disclosure';
import { periodLabel, readableNumber } from '@practice-exchange/web';

/** One cell of a draft as an analyst looks at it: what it counts, what would be published, and why. */
export type PreviewRow = {
  readonly period: string;
  readonly codes: readonly string[];
  readonly before: string;
  readonly authorities: string;
  readonly after: string;
  readonly hidden: boolean;
  readonly why: string;
};

/** A draft's table before and after disclosure control, the newest period first. */
export function previewRows(
  table: {
    specification: TableSpecification;
    cells: readonly PublishedCell[];
    decisions: readonly Decision[];
  },
  symbol: (symbol: CellSymbol) => string,
): { heads: string[]; rows: PreviewRow[]; hidden: number } {
  const { specification, cells, decisions } = table;
  const dimensions = specification.dimensions.map(({ dimension, level }) => {
    const known = tableCatalogue.sources
      .find(({ id }) => id === specification.source)
      ?.dimensions.find(({ id }) => id === dimension);
    const bands = known?.levels.find(({ id }) => id === level)?.bands ?? [];
    return {
      id: dimension,
      label: known?.label ?? dimension,
      nameOf: (code: string) =>
        code === totalCode ? 'Total' : (bands.find((band) => band.code === code)?.label ?? code),
    };
  });
  const rows = cells.map((cell, position): PreviewRow => {
    const decision = decisions[position];
    return {
      period: cell.at.period ?? '',
      codes: dimensions.map(({ id, nameOf }) => nameOf(cell.at[id] ?? totalCode)),
      before: decision ? readableNumber(decision.count) : '',
      authorities: decision ? readableNumber(decision.authorities) : '',
      after: 'value' in cell ? readableNumber(cell.value) : symbol(cell.symbol),
      hidden: 'symbol' in cell,
      why: decision?.sentence ?? '',
    };
  });
  const newestFirst = [...rows].sort((a, b) => (a.period < b.period ? 1 : a.period > b.period ? -1 : 0));
  return {
    heads: ['Period', ...dimensions.map(({ label }) => label)],
    rows: newestFirst.map((row) => ({
      ...row,
      period: row.period === '' ? 'As at the release' : periodLabel(row.period),
    })),
    hidden: rows.filter((row) => row.hidden).length,
  };
}
