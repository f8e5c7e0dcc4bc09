import type { Cell, CellSpace } from '../cell-space.ts';
import { keysOfContribution } from '../count-cells.ts';
import { DisclosureError } from '../disclosure-error.ts';
import type { Contribution, Dimension } from '../model.ts';
import type { Column } from './linear-programme.ts';

/** One unknown of the audit: a finest cell, how many records it truly holds, and whose. */
export type Unknown = Column & { readonly count: number; readonly byAuthority: ReadonlyMap<string, number> };

/** The unknowns of one block of periods, over the rows of its cells and the rows that tie breakdowns to their total. */
export type Unknowns = {
  /** Row of each cell; rows of ties come after all cells. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly columns: Unknown[];
  /** Bounds of the rows after the cells. Each holds for the records of any group of authorities by itself. */
  readonly ties: readonly { readonly lower: number; readonly upper: number }[];
  /** Further finest cells near a cell (empty when every finest cell is an unknown already). */
  near(cell: Cell, skip: (row: number) => boolean): Unknown[];
};

type Held = {
  at: Contribution['at'];
  period: string;
  count: number;
  byAuthority: Map<string, number>;
};

/**
 * Lists the unknowns of one block.
 *
 * A source of breakdowns has few finest cells: all of them are unknowns. A source of whole records has millions: the
 * unknowns are those that hold or held a record, and more near a protected cell as they are needed. Leaving the others out
 * takes possibilities away from the attacker's reckoning, never adds one, so the intervals found are at most too narrow.
 */
export function unknownsOf(
  space: CellSpace,
  cells: readonly Cell[],
  quarters: readonly string[],
  now: readonly Contribution[],
): Unknowns {
  const rowOf = new Map(cells.map((cell, row) => [cell.key, row]));
  const held = holdings(space, quarters, now);
  return space.source.shape.kind === 'records'
    ? recordUnknowns(space, rowOf, held)
    : breakdownUnknowns(space, rowOf, quarters, held);
}

function recordUnknowns(space: CellSpace, rowOf: ReadonlyMap<string, number>, held: Map<string, Held>): Unknowns {
  const known = new Set(held.keys());
  const records = [...held.values()];
  const columns = records.map((record) => unknownOf(space, rowOf, record));
  const near = (cell: Cell, skip: (row: number) => boolean): Unknown[] => {
    const found: Unknown[] = [];
    for (const { period, at } of neighbours(space, records, cell)) {
      const key = finestKey(space, period, at);
      if (known.has(key)) continue;
      const unknown = unknownOf(space, rowOf, { at, period, count: 0, byAuthority: new Map() });
      if (unknown.rows.some(skip)) continue;
      known.add(key);
      found.push(unknown);
    }
    return found;
  };
  return { rowOf, columns, ties: [], near };
}

function breakdownUnknowns(
  space: CellSpace,
  rowOf: ReadonlyMap<string, number>,
  quarters: readonly string[],
  held: ReadonlyMap<string, Held>,
): Unknowns {
  if (space.source.shape.kind !== 'breakdowns') throw new DisclosureError('Not a source of breakdowns.');
  const { common, breakdowns } = space.source.shape;
  const dimensionOf = (id: string) => {
    const found = space.source.dimensions.find((dimension) => dimension.id === id);
    if (found === undefined) throw new DisclosureError(`Source ${space.source.id} has no dimension ${id}.`);
    return found;
  };
  const columns: Unknown[] = [];
  const ties: { lower: number; upper: number }[] = [];
  const add = (
    period: string,
    at: Contribution['at'],
    tied: readonly (readonly [row: number, coefficient: number])[],
  ) => {
    const record = held.get(finestKey(space, period, at)) ?? { at, period, count: 0, byAuthority: new Map() };
    const unknown = unknownOf(space, rowOf, record);
    columns.push({
      ...unknown,
      rows: [...unknown.rows, ...tied.map(([row]) => row)],
      coefficients: [...unknown.rows.map(() => 1), ...tied.map(([, coefficient]) => coefficient)],
    });
  };
  const tie = (lower: number, upper: number) => rowOf.size + ties.push({ lower, upper }) - 1;
  for (const period of quarters) {
    for (const shared of crossOf(common.map(dimensionOf))) {
      const ofTotal: [number, number][] = [];
      for (const breakdown of breakdowns) {
        const dimensions = breakdown.map(dimensionOf);
        const several = dimensions.some((dimension) => dimension.several === true);
        if (several && dimensions.length > 1) {
          throw new DisclosureError(
            `Source ${space.source.id}: a dimension with several codes is broken down by itself.`,
          );
        }
        // Parts sum to the total; where several codes apply they sum to at least that, and none exceeds it.
        const sum = tie(0, several ? Number.POSITIVE_INFINITY : 0);
        ofTotal.push([sum, -1]);
        for (const codes of crossOf(dimensions)) {
          const tied: [number, number][] = [[sum, 1]];
          if (several) {
            const cover = tie(Number.NEGATIVE_INFINITY, 0);
            tied.push([cover, 1]);
            ofTotal.push([cover, -1]);
          }
          add(period, { ...shared, ...codes }, tied);
        }
      }
      add(period, shared, ofTotal);
    }
  }
  return { rowOf, columns, ties, near: () => [] };
}

function holdings(space: CellSpace, quarters: readonly string[], now: readonly Contribution[]): Map<string, Held> {
  const wanted = new Set(quarters);
  const held = new Map<string, Held>();
  for (const contribution of now) {
    if (!wanted.has(contribution.period) || contribution.count === 0) continue;
    const { period, at } = contribution;
    const key = finestKey(space, period, at);
    let found = held.get(key);
    if (found === undefined) {
      found = { at, period, count: 0, byAuthority: new Map() };
      held.set(key, found);
    }
    found.count += contribution.count;
    found.byAuthority.set(
      contribution.authority,
      (found.byAuthority.get(contribution.authority) ?? 0) + contribution.count,
    );
  }
  return held;
}

function unknownOf(space: CellSpace, rowOf: ReadonlyMap<string, number>, held: Held): Unknown {
  const rows = [...keysOfContribution(space, held)].flatMap((key) => rowOf.get(key) ?? []);
  const { count, byAuthority } = held;
  return { rows, lower: 0, upper: Number.POSITIVE_INFINITY, count, byAuthority };
}

/** Real records, changed just enough to fall into the cell: those that need one change first, then two, then three. */
function* neighbours(
  space: CellSpace,
  records: readonly Held[],
  cell: Cell,
): Generator<{ period: string; at: Contribution['at'] }> {
  const fixed: { dimension: string; several: boolean; codes: Set<string>; finest: string }[] = [];
  for (const [dimension, code] of Object.entries(cell.at)) {
    const axis = space.families
      .flatMap(({ axes }) => axes)
      .find((each) => each.dimension === dimension && each.codes.includes(code));
    if (axis === undefined) continue;
    const codes = [...axis.lift].flatMap(([fine, lifted]) => (lifted === code ? [fine] : []));
    fixed.push({ dimension, several: axis.several, codes: new Set(codes), finest: codes[0] ?? code });
  }
  const quarter = cell.period.includes('Q') ? cell.period : undefined;
  const nearby: { period: string; at: Contribution['at'] }[][] = [[], [], [], []];
  for (const record of spread(records)) {
    const at = { ...record.at };
    let apart = quarter === undefined || record.period === quarter ? 0 : 1;
    for (const { dimension, several, codes, finest } of fixed) {
      const stated = record.at[dimension];
      const inside = typeof stated === 'string' ? codes.has(stated) : stated?.some((code) => codes.has(code)) === true;
      if (inside) continue;
      apart += 1;
      at[dimension] = several ? [finest] : finest;
    }
    if (apart > 0 && (nearby[apart]?.length ?? 24) < 24) nearby[apart]?.push({ period: quarter ?? record.period, at });
  }
  yield* nearby.flat();
}

/** Visits a list in strides, so that a few visits sample all of it; always the same ones. */
function* spread<T>(list: readonly T[]): Generator<T> {
  const stride = Math.max(1, Math.floor(list.length / 97));
  for (let start = 0; start < stride; start += 1) {
    for (let index = start; index < list.length; index += stride) {
      const item = list[index];
      if (item !== undefined) yield item;
    }
  }
}

function finestKey(space: CellSpace, period: string, at: Contribution['at']): string {
  const codes = space.source.dimensions.map(({ id }) => {
    const stated = at[id];
    return stated === undefined || typeof stated === 'string' ? (stated ?? '') : [...stated].sort().join('+');
  });
  return `${period}|${codes.join('|')}`;
}

function crossOf(dimensions: readonly Dimension[]): Record<string, string | readonly string[]>[] {
  return dimensions.reduce<Record<string, string | readonly string[]>[]>(
    (rows, dimension) =>
      rows.flatMap((row) =>
        (dimension.levels.at(-1)?.bands ?? []).map(({ code }) => ({
          ...row,
          [dimension.id]: dimension.several === true ? [code] : code,
        })),
      ),
    [{}],
  );
}
