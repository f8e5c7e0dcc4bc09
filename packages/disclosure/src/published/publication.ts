import { totalCode } from '../model.ts';
import type { Interval, Relation } from './cell-programme.ts';
import type { NeutralCell, NeutralTable, NeutralTables } from './neutral-tables.ts';

/** The unknowns behind published tables: their bounds, their relations, and which of them make up a cell. */
export type System = {
  readonly bounds: readonly Interval[];
  readonly relations: readonly Relation[];
  readonly termsOf: (at: Readonly<Record<string, string>>) => readonly (readonly [number, number])[];
  readonly unknowns: 'finest cells' | 'cells';
};

/** What nothing is said of. */
export const anything: Interval = { lowest: 0, highest: Number.POSITIVE_INFINITY };

/** Tables with their codes gathered: `leaves` are, by dimension, the codes that hold no others. */
export type Publication = {
  readonly file: NeutralTables;
  readonly leaves: ReadonlyMap<string, readonly string[]>;
};

/** Gathers the codes of all tables, and those that the hierarchies add. */
export function gatherCodes(file: NeutralTables): Publication {
  const codes = new Map<string, Set<string>>();
  for (const { dimensions, cells } of file.tables) {
    for (const dimension of dimensions) {
      const known = codes.get(dimension) ?? new Set<string>();
      for (const { at } of cells) if ((at[dimension] ?? totalCode) !== totalCode) known.add(at[dimension] ?? '');
      codes.set(dimension, known);
    }
  }
  for (const [dimension, parents] of Object.entries(file.hierarchies)) {
    const known = codes.get(dimension);
    for (const [code, parent] of Object.entries(parents)) if (known?.has(parent) === true) known.add(code);
  }
  const leaves = new Map(
    [...codes].map(([dimension, known]) => {
      const parents = new Set(Object.values(file.hierarchies[dimension] ?? {}));
      return [dimension, [...known].filter((code) => !parents.has(code))] as const;
    }),
  );
  return { file, leaves };
}

/** The positions of the leaves that lie within a code. */
export function leavesWithin({ file, leaves }: Publication, dimension: string, code: string): readonly number[] {
  const own = leaves.get(dimension) ?? [];
  if (own.length === 0) return [0];
  const parents = file.hierarchies[dimension] ?? {};
  return own.flatMap((leaf, index) => {
    for (let here: string | undefined = leaf; here !== undefined; here = parents[here]) {
      if (here === code) return [index];
    }
    return code === totalCode ? [index] : [];
  });
}

/** The codes directly within a code. */
export function childrenOf({ file, leaves }: Publication, dimension: string, code: string): readonly string[] {
  const parents = file.hierarchies[dimension] ?? {};
  if (code !== totalCode) return Object.keys(parents).filter((child) => parents[child] === code);
  const top = [...new Set([...(leaves.get(dimension) ?? []), ...Object.values(parents)])];
  return top.filter((each) => parents[each] === undefined || parents[each] === totalCode);
}

/** What a published cell says of the number behind it. */
export function saidOf(file: NeutralTables, table: NeutralTable, cell: NeutralCell): Interval {
  if (cell.suppressed === true || cell.value === undefined) {
    const [lowest, highest] = file.suppressedBetween ?? [0, Number.POSITIVE_INFINITY];
    return { lowest, highest };
  }
  const rounding = table.rounding ?? file.rounding;
  if (rounding === undefined) return { lowest: cell.value, highest: cell.value };
  // Which way a half goes is not known, so that it may have gone either way.
  const slack = file.counts ? Math.floor(rounding / 2) : rounding / 2;
  return { lowest: Math.max(0, cell.value - slack), highest: cell.value + slack };
}

/** A cell with a code for every dimension of its table. */
export function completeAt(dimensions: readonly string[], cell: NeutralCell): Record<string, string> {
  return Object.fromEntries(dimensions.map((dimension) => [dimension, cell.at[dimension] ?? totalCode]));
}

/** One name for one cell, whatever table it is met in: totals leave no trace. */
export function nameOf(at: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.entries(at)
      .filter(([, code]) => code !== totalCode)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
