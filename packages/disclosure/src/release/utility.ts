import type { CellSpace } from '../cell-space.ts';
import { cellKey } from '../cell-space.ts';
import { type PublishedTable, type TableSpecification, totalCode } from '../model.ts';
import type { CellState } from './judge-cells.ts';

/** How much of a table, or of several, is published. Cells that are not applicable or not available are left out. */
export type Share = {
  readonly cells: number;
  readonly published: number;
  /** Published cells among all cells, 0 to 1. */
  readonly ofCells: number;
  /** Records counted in published inner cells (no totals) among records in all inner cells, 0 to 1. */
  readonly ofCount: number;
};

/** What remains useful after disclosure control. */
export type Utility = {
  readonly all: Share;
  readonly byTable: Readonly<Record<string, Share>>;
};

/** Measures the share of cells and of the counts that a release publishes. */
export function measureUtility(
  sources: readonly { readonly space: CellSpace; readonly states: ReadonlyMap<string, CellState> }[],
  tables: readonly PublishedTable[],
): Utility {
  const tallies = tables.map((table) => {
    const source = sources.find(({ space }) => space.tables.some(({ specification }) => specification.id === table.id));
    const specification = source?.space.tables.find((each) => each.specification.id === table.id)?.specification;
    return { id: table.id, tally: tallyOf(table, specification, source) };
  });
  const all = tallies.reduce((sum, { tally }) => add(sum, tally), nothing);
  return { all: shareOf(all), byTable: Object.fromEntries(tallies.map(({ id, tally }) => [id, shareOf(tally)])) };
}

type Tally = { readonly cells: number; readonly published: number; readonly inner: number; readonly shown: number };

const nothing: Tally = { cells: 0, published: 0, inner: 0, shown: 0 };

function tallyOf(
  table: PublishedTable,
  specification: TableSpecification | undefined,
  source: { readonly space: CellSpace; readonly states: ReadonlyMap<string, CellState> } | undefined,
): Tally {
  if (specification === undefined || source === undefined) return nothing;
  return table.cells.reduce((sum, cell) => {
    if ('symbol' in cell && cell.symbol !== 'c') return sum;
    const { period = '', ...at } = cell.at;
    const isInner = specification.dimensions.every(({ dimension }) => at[dimension] !== totalCode);
    const count = source.states.get(cellKey(source.space.source.id, period, at))?.count ?? 0;
    const isPublished = 'value' in cell;
    return add(sum, {
      cells: 1,
      published: isPublished ? 1 : 0,
      inner: isInner ? count : 0,
      shown: isInner && isPublished ? count : 0,
    });
  }, nothing);
}

function add(a: Tally, b: Tally): Tally {
  return {
    cells: a.cells + b.cells,
    published: a.published + b.published,
    inner: a.inner + b.inner,
    shown: a.shown + b.shown,
  };
}

function shareOf(tally: Tally): Share {
  return {
    cells: tally.cells,
    published: tally.published,
    ofCells: tally.cells === 0 ? 1 : tally.published / tally.cells,
    ofCount: tally.inner === 0 ? 1 : tally.shown / tally.inner,
  };
}
