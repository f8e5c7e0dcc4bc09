import { type Cell, type CellSpace, cellKey, cellsOfTable, choicesOf } from './cell-space.ts';
import { totalCode } from './model.ts';
import { financialYearOf } from './periods.ts';

/** A cell and the cells that make it up along one dimension, one band or one year. */
export type Line = {
  readonly parent: string;
  readonly children: readonly string[];
  /** Several codes may apply to one record: the children sum to at least the parent, and none exceeds it. */
  readonly several: boolean;
  /** The children are all codes of one level of a dimension (not the parts of a band, nor the quarters of a year). */
  readonly wholeDimension: boolean;
};

/** All cells of a source's tables, each once, and how they nest. */
export type CellNetwork = {
  readonly cells: ReadonlyMap<string, Cell>;
  readonly lines: readonly Line[];
  /** For each cell, the cells of the same tables that contain it: totals, coarser bands, its year. */
  readonly ancestors: ReadonlyMap<string, readonly string[]>;
};

/** Finds how the cells of all tables of one source nest in one another. */
export function networkOf(space: CellSpace): CellNetwork {
  const cells = new Map<string, Cell>();
  const lines = new Map<string, Line>();
  const ancestors = new Map<string, Set<string>>();
  const above = (key: string, ancestor: string) => {
    if (key === ancestor) return;
    const known = ancestors.get(key);
    if (known === undefined) ancestors.set(key, new Set([ancestor]));
    else known.add(ancestor);
  };
  for (const table of space.tables) {
    for (const cell of cellsOfTable(space.source.id, table)) {
      cells.set(cell.key, cell);
      const coded = table.axes.filter((axis) => cell.at[axis.dimension] !== totalCode);
      for (const dropped of choicesOf(coded)) {
        const at = { ...cell.at };
        for (const axis of dropped) at[axis.dimension] = totalCode;
        above(cell.key, cellKey(space.source.id, cell.period, at));
      }
      for (const axis of table.axes) {
        if (cell.at[axis.dimension] !== totalCode) continue;
        const children = axis.codes.map((code) =>
          cellKey(space.source.id, cell.period, { ...cell.at, [axis.dimension]: code }),
        );
        const line = { parent: cell.key, children, several: axis.several, wholeDimension: true };
        lines.set(`${cell.key}|${axis.dimension}|${axis.codes.join()}`, line);
      }
    }
  }
  for (const line of [...bandLines(space, cells), ...yearLines(space, cells)]) {
    lines.set(`${line.parent}|${line.children.join()}`, line);
    for (const child of line.children) above(child, line.parent);
  }
  return {
    cells,
    lines: [...lines.values()].filter((line) => line.children.some((child) => child !== line.parent)),
    ancestors: new Map([...ancestors].map(([key, set]) => [key, [...set]])),
  };
}

function* bandLines(space: CellSpace, cells: ReadonlyMap<string, Cell>): Generator<Line> {
  for (const dimension of space.source.dimensions) {
    if (dimension.several === true) continue;
    for (let depth = 1; depth < dimension.levels.length; depth += 1) {
      for (const { code } of dimension.levels[depth - 1]?.bands ?? []) {
        const parts = (dimension.levels[depth]?.bands ?? []).filter((band) => band.within === code);
        for (const cell of cells.values()) {
          if (cell.at[dimension.id] !== code) continue;
          const children = parts.map((part) =>
            cellKey(space.source.id, cell.period, { ...cell.at, [dimension.id]: part.code }),
          );
          if (children.some((child) => !cells.has(child))) continue;
          yield { parent: cell.key, children, several: false, wholeDimension: false };
        }
      }
    }
  }
}

function* yearLines(space: CellSpace, cells: ReadonlyMap<string, Cell>): Generator<Line> {
  const byYear = new Map<string, string[]>();
  for (const cell of cells.values()) {
    if (!cell.period.includes('Q')) continue;
    const parent = cellKey(space.source.id, financialYearOf(cell.period), cell.at);
    byYear.set(parent, [...(byYear.get(parent) ?? []), cell.key]);
  }
  for (const [parent, children] of byYear) {
    if (cells.has(parent) && children.length === 4) yield { parent, children, several: false, wholeDimension: false };
  }
}
