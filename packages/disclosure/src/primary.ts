import type { CellCount } from './count-cells.ts';
import type { DisclosureRules } from './model.ts';

/** Why a cell may not be published by itself. */
export type PrimaryReason = 'count-1-to-7' | 'few-authorities' | 'one-authority-dominates';

/** Applies the primary rules to one cell; undefined when it may be published. A zero is judged with its neighbours. */
export function judgePrimary(cell: CellCount | undefined, rules: DisclosureRules): PrimaryReason | undefined {
  if (cell === undefined || cell.count === 0) return undefined;
  if (cell.count <= rules.smallest) return 'count-1-to-7';
  let contributing = 0;
  let largest = 0;
  for (const count of cell.byAuthority.values()) {
    if (count > 0) contributing += 1;
    if (count > largest) largest = count;
  }
  if (contributing < rules.authorities) return 'few-authorities';
  return largest >= rules.dominance * cell.count ? 'one-authority-dominates' : undefined;
}

/** The zeros of a line that give its only number away: all records of the line share one code. Returns their indices. */
export function revealingZeros(counts: readonly number[]): readonly number[] {
  const filled = counts.filter((count) => count > 0).length;
  return filled === 1 ? counts.flatMap((count, index) => (count === 0 ? [index] : [])) : [];
}
