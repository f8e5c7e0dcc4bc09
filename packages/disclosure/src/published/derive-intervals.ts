import { DisclosureError } from '../disclosure-error.ts';
import { totalCode } from '../model.ts';
import { roundingSlack } from '../rounding.ts';
import { CellProgramme, ContradictionError, type Interval, type Relation } from './cell-programme.ts';
import type { NeutralCell, NeutralTables } from './neutral-tables.ts';

/** What can be derived of one suppressed cell. `highest` is infinite when nothing limits it. */
export type DerivedCell = {
  readonly table: string;
  readonly at: Readonly<Record<string, string>>;
  readonly lowest: number;
  readonly highest: number;
  /** Only one value is possible. */
  readonly exact: boolean;
};

/** The audit of published tables. `unknowns`: finest cells together, or, where those are too many, the cells themselves. */
export type DerivedIntervals = {
  readonly tables: number;
  readonly cells: number;
  readonly suppressed: readonly DerivedCell[];
  readonly exactRecoveries: number;
  readonly unknowns: 'finest cells' | 'cells';
};

const mostFinestCells = 20_000;
const tolerance = 1e-6;

/**
 * Derives, for each suppressed cell, the interval that all the tables together leave open.
 *
 * A total is the sum of the codes of its dimension in all tables. When the dimensions of all tables together have at most
 * 20,000 finest cells those are the unknowns, and the intervals are as narrow as a linear programme can make them. Beyond
 * that, and where several codes may apply at once, the unknowns are the cells of the tables, tied by the sums within each.
 * Throws `DisclosureError` when no values at all fit what was published.
 */
export async function deriveIntervals(file: NeutralTables): Promise<DerivedIntervals> {
  const system = systemOf(file);
  try {
    const programme = await CellProgramme.of(system.bounds, system.relations);
    try {
      const known = new Map<string, Interval>();
      const suppressed = file.tables.flatMap((table) =>
        table.cells.flatMap((cell): DerivedCell[] => {
          if (cell.suppressed !== true) return [];
          const at = completeAt(table.dimensions, cell);
          const key = keyOf(at);
          const interval = known.get(key) ?? round(programme.intervalOf(system.termsOf(at)), file);
          known.set(key, interval);
          const exact = interval.highest - interval.lowest <= tolerance * Math.max(1, Math.abs(interval.lowest));
          return [{ table: table.name, at, ...interval, exact }];
        }),
      );
      return {
        tables: file.tables.length,
        cells: file.tables.reduce((sum, table) => sum + table.cells.length, 0),
        suppressed,
        exactRecoveries: suppressed.filter(({ exact }) => exact).length,
        unknowns: system.unknowns,
      };
    } finally {
      programme.dispose();
    }
  } catch (error) {
    if (!(error instanceof ContradictionError)) throw error;
    throw new DisclosureError(
      'The tables contradict each other: no counts fit all of the numbers. If they are rounded, say so with "rounding"; if bands lie within others, say so with "hierarchies".',
    );
  }
}

type System = {
  readonly bounds: readonly Interval[];
  readonly relations: readonly Relation[];
  readonly termsOf: (at: Readonly<Record<string, string>>) => readonly (readonly [number, number])[];
  readonly unknowns: DerivedIntervals['unknowns'];
};

const free: Interval = { lowest: 0, highest: Number.POSITIVE_INFINITY };

function systemOf(file: NeutralTables): System {
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
  const finest = [...leaves.values()].reduce((product, list) => product * Math.max(1, list.length), 1);
  const isSeveral = file.tables.some(({ several }) => several.length > 0);
  return finest <= mostFinestCells && !isSeveral ? finestSystem(file, leaves) : cellSystem(file, leaves);
}

function finestSystem(file: NeutralTables, leaves: ReadonlyMap<string, readonly string[]>): System {
  const dimensions = [...leaves.keys()];
  const sizes = dimensions.map((dimension) => Math.max(1, leaves.get(dimension)?.length ?? 1));
  const termsOf = (at: Readonly<Record<string, string>>): readonly (readonly [number, number])[] => {
    let indices = [0];
    dimensions.forEach((dimension, position) => {
      const chosen = within(file, dimension, at[dimension] ?? totalCode, leaves.get(dimension) ?? []);
      const size = sizes[position] ?? 1;
      indices = indices.flatMap((index) => chosen.map((leaf) => index * size + leaf));
    });
    return indices.map((index) => [index, 1] as const);
  };
  const relations = file.tables.flatMap((table) =>
    table.cells.flatMap((cell): Relation[] => {
      const { lowest, highest } = windowOf(file, cell);
      return [{ terms: termsOf(completeAt(table.dimensions, cell)), lower: lowest, upper: highest }];
    }),
  );
  const bounds = Array.from({ length: sizes.reduce((product, size) => product * size, 1) }, () => free);
  return { bounds, relations, termsOf, unknowns: 'finest cells' };
}

function cellSystem(file: NeutralTables, leaves: ReadonlyMap<string, readonly string[]>): System {
  const numbers = new Map<string, number>();
  const bounds: Interval[] = [];
  const relations = new Map<string, Relation>();
  const numberOf = (at: Readonly<Record<string, string>>): number => {
    const key = keyOf(at);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, bounds.length);
    return bounds.push(free) - 1;
  };
  const relate = (parent: number, children: readonly number[], several: boolean) => {
    if (children.length === 0 || (children.length === 1 && children[0] === parent)) return;
    const name = `${parent}=${children.join('+')}`;
    const parts = children.map((child) => [child, 1] as const);
    relations.set(name, {
      terms: [...parts, [parent, -1]],
      lower: 0,
      upper: several ? Number.POSITIVE_INFINITY : 0,
    });
    if (!several) return;
    for (const child of children) {
      relations.set(`${name}|${child}`, {
        terms: [
          [parent, 1],
          [child, -1],
        ],
        lower: 0,
        upper: Number.POSITIVE_INFINITY,
      });
    }
  };
  for (const { dimensions, several, cells } of file.tables) {
    for (const cell of cells) {
      const number = numberOf(completeAt(dimensions, cell));
      const before = bounds[number] ?? free;
      const here = windowOf(file, cell);
      bounds[number] = {
        lowest: Math.max(before.lowest, here.lowest),
        highest: Math.min(before.highest, here.highest),
      };
    }
    // Every margin that the table implies, whether or not its cells are listed.
    let places: Record<string, string>[] = [{}];
    for (const dimension of dimensions) {
      const parents = new Set(Object.values(file.hierarchies[dimension] ?? {}));
      const all = [totalCode, ...parents, ...(leaves.get(dimension) ?? [])];
      places = places.flatMap((at) => all.map((code) => ({ ...at, [dimension]: code })));
    }
    for (const at of places) {
      for (const dimension of dimensions) {
        const parent = at[dimension] ?? totalCode;
        const children = childrenOf(file, dimension, parent, leaves.get(dimension) ?? []);
        relate(
          numberOf(at),
          children.map((code) => numberOf({ ...at, [dimension]: code })),
          several.includes(dimension),
        );
      }
    }
  }
  return { bounds, relations: [...relations.values()], termsOf: (at) => [[numberOf(at), 1]], unknowns: 'cells' };
}

/** The positions of the leaves that lie within a code. */
function within(file: NeutralTables, dimension: string, code: string, leaves: readonly string[]): readonly number[] {
  if (leaves.length === 0) return [0];
  const parents = file.hierarchies[dimension] ?? {};
  return leaves.flatMap((leaf, index) => {
    for (let here: string | undefined = leaf; here !== undefined; here = parents[here]) {
      if (here === code) return [index];
    }
    return code === totalCode ? [index] : [];
  });
}

function childrenOf(
  file: NeutralTables,
  dimension: string,
  code: string,
  leaves: readonly string[],
): readonly string[] {
  const parents = file.hierarchies[dimension] ?? {};
  if (code !== totalCode) return Object.keys(parents).filter((child) => parents[child] === code);
  const top = [...new Set([...leaves, ...Object.values(parents)])];
  return top.filter((each) => parents[each] === undefined || parents[each] === totalCode);
}

function windowOf(file: NeutralTables, cell: NeutralCell): Interval {
  if (cell.suppressed === true || cell.value === undefined) {
    return {
      lowest: file.suppressedBetween?.[0] ?? 0,
      highest: file.suppressedBetween?.[1] ?? Number.POSITIVE_INFINITY,
    };
  }
  if (file.rounding === undefined) return { lowest: cell.value, highest: cell.value };
  const slack = Number.isInteger(file.rounding)
    ? roundingSlack(file.rounding)
    : { below: file.rounding / 2, above: file.rounding / 2 };
  return { lowest: Math.max(0, cell.value - slack.below), highest: cell.value + slack.above };
}

function round({ lowest, highest }: Interval, file: NeutralTables): Interval {
  const whole = file.counts || (file.rounding !== undefined && Number.isInteger(file.rounding));
  const tidy = (value: number) => (Number.isFinite(value) ? Number(value.toFixed(6)) + 0 : value);
  if (!whole) return { lowest: tidy(lowest), highest: tidy(highest) };
  return { lowest: Math.ceil(lowest - tolerance) + 0, highest: Math.floor(highest + tolerance) };
}

function completeAt(dimensions: readonly string[], cell: NeutralCell): Record<string, string> {
  return Object.fromEntries(dimensions.map((dimension) => [dimension, cell.at[dimension] ?? totalCode]));
}

function keyOf(at: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.entries(at)
      .filter(([, code]) => code !== totalCode)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
