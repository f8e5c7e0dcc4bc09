import { type CellSpace, cellKeysOf } from './cell-space.ts';
import { DisclosureError } from './disclosure-error.ts';
import type { Contribution, Source } from './model.ts';

/** The true content of a cell: how many records, and how many from each authority. */
export type CellCount = { count: number; readonly byAuthority: Map<string, number> };

/** Counts every cell of a source from the contributions. Cells that nobody contributes to are absent. */
export function countCells(space: CellSpace, contributions: readonly Contribution[]): Map<string, CellCount> {
  const cells = new Map<string, CellCount>();
  for (const contribution of contributions) {
    checkContribution(space.source, contribution);
    if (contribution.count === 0) continue;
    for (const key of keysOfContribution(space, contribution)) {
      let cell = cells.get(key);
      if (cell === undefined) {
        cell = { count: 0, byAuthority: new Map() };
        cells.set(key, cell);
      }
      cell.count += contribution.count;
      cell.byAuthority.set(
        contribution.authority,
        (cell.byAuthority.get(contribution.authority) ?? 0) + contribution.count,
      );
    }
  }
  return cells;
}

/** Every cell that a contribution is counted in. */
export function keysOfContribution(
  space: CellSpace,
  contribution: Pick<Contribution, 'at' | 'period'>,
): ReadonlySet<string> {
  const own = breakdownOfContribution(space.source, contribution.at);
  // A code that is a band by itself gives the same cell at two levels: it counts once.
  const keys = new Set<string>();
  for (const family of space.families) {
    if (space.source.shape.kind === 'breakdowns' && family.breakdown !== own) continue;
    for (const key of cellKeysOf(space.source.id, family, contribution.period, contribution.at)) keys.add(key);
  }
  return keys;
}

/** Which breakdown a contribution belongs to; -1 for the total, and for a source of whole records. */
export function breakdownOfContribution(source: Source, at: Contribution['at']): number {
  if (source.shape.kind === 'records') return -1;
  const { common, breakdowns } = source.shape;
  const own = Object.keys(at).filter((dimension) => !common.includes(dimension));
  if (own.length === 0) return -1;
  const found = breakdowns.findIndex((each) => each.length === own.length && own.every((dim) => each.includes(dim)));
  if (found < 0) throw new DisclosureError(`Source ${source.id} has no breakdown by ${own.join(' and ')}.`);
  return found;
}

function checkContribution(source: Source, { count, at }: Contribution): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new DisclosureError(`A contribution to ${source.id} counts ${count}: it must be a whole number from 0.`);
  }
  for (const dimension of source.dimensions) {
    const stated = at[dimension.id];
    if (stated !== undefined && (typeof stated === 'string') === (dimension.several === true)) {
      const form = dimension.several === true ? 'a list of codes' : 'one code';
      throw new DisclosureError(`A contribution to ${source.id} must state ${dimension.id} as ${form}.`);
    }
  }
}
