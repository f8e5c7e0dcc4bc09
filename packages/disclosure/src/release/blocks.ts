import type { Block } from '../audit/audit-block.ts';
import type { CellSpace } from '../cell-space.ts';
import type { CellCount } from '../count-cells.ts';
import type { CellNetwork } from '../lines.ts';
import type { Contribution } from '../model.ts';
import { quartersOf } from '../periods.ts';
import type { CellState } from './judge-cells.ts';

/**
 * Splits the cells of one source into blocks that share no unknown: a complete financial year with its quarters when some
 * table counts by years, else each quarter; a stock is one block. Only blocks of which this release says something new are
 * given: the others were audited when they were said.
 */
export function blocksOf(input: {
  readonly space: CellSpace;
  readonly network: CellNetwork;
  readonly counts: ReadonlyMap<string, CellCount>;
  readonly states: ReadonlyMap<string, CellState>;
  readonly contributions: readonly Contribution[];
  readonly release: string;
  readonly quarters: readonly string[];
}): Block[] {
  const { space, network, counts, states, contributions, release, quarters } = input;
  const inYears = new Set(space.years.flatMap(quartersOf));
  const spans: { periods: Set<string>; quarters: readonly string[] }[] =
    space.source.kind === 'stock'
      ? [{ periods: new Set(['']), quarters: quarters.slice(-1) }]
      : [
          ...space.years.map((year) => ({ periods: new Set([year, ...quartersOf(year)]), quarters: quartersOf(year) })),
          ...quarters
            .filter((quarter) => !inYears.has(quarter))
            .map((each) => ({ periods: new Set([each]), quarters: [each] })),
        ];
  return spans.flatMap((span) => {
    const cells = [...network.cells.values()].filter(
      (cell) => span.periods.has(cell.period) && (states.get(cell.key)?.statements.length ?? 0) > 0,
    );
    const statements = new Map(cells.map((cell) => [cell.key, states.get(cell.key)?.statements ?? []]));
    const said = new Set([...statements.values()].flatMap((each) => each.map((statement) => statement.release)));
    if (!said.has(release)) return [];
    return [{ space, network, cells, quarters: span.quarters, counts, statements, release, now: contributions }];
  });
}
