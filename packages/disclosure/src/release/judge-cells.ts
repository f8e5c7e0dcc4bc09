import type { Cell, CellSpace } from '../cell-space.ts';
import type { CellCount } from '../count-cells.ts';
import type { CellNetwork } from '../lines.ts';
import type { CellSymbol, DecisionReason, DisclosureRules, Gap, Statement } from '../model.ts';
import { judgePrimary, revealingZeros } from '../primary.ts';
import { roundToBase } from '../rounding.ts';

/** How one cell stands in a release. */
export type CellState = {
  readonly count: number;
  readonly authorities: number;
  readonly shown: number | CellSymbol;
  readonly reason: DecisionReason;
  readonly statements: readonly Statement[];
  readonly protects?: readonly string[];
  readonly gapReason?: string;
};

/** What is published of a cell: its number or its symbol. */
export function shownIn(state: CellState): number | CellSymbol {
  return state.shown;
}

/** Applies every rule that looks at one cell or one line: gaps, what was said before, primary rules, revealing zeros. */
export function judgeCells(input: {
  readonly space: CellSpace;
  readonly network: CellNetwork;
  readonly counts: ReadonlyMap<string, CellCount>;
  /** By cell, what all earlier releases said. */
  readonly said: Readonly<Record<string, readonly Statement[]>>;
  readonly gaps: readonly Gap[];
  readonly release: string;
  readonly rules: DisclosureRules;
}): Map<string, CellState> {
  const { space, network, counts, said, gaps, release, rules } = input;
  const states = new Map<string, CellState>();
  for (const cell of network.cells.values()) {
    const content = counts.get(cell.key);
    const basis = { count: content?.count ?? 0, authorities: authoritiesIn(content), statements: said[cell.key] ?? [] };
    const gap = gaps.find((each) => lies(cell, each));
    states.set(
      cell.key,
      gap === undefined
        ? judge(basis, content, space.source.kind === 'stock', release, rules)
        : { ...basis, shown: gap.symbol, reason: reasonOf[gap.symbol], gapReason: gap.reason },
    );
  }
  for (const line of network.lines) {
    if (!line.wholeDimension || line.several) continue;
    const parts = line.children.map((key) => states.get(key));
    for (const index of revealingZeros(parts.map((state) => state?.count ?? 0))) {
      const state = parts[index];
      const key = line.children[index];
      if (state?.reason !== 'zero' || key === undefined) continue;
      const statements = [...state.statements.slice(0, -1), { release, count: 0, hidden: 'zero' as const }];
      states.set(key, { ...state, statements, shown: 'c', reason: 'revealing-zero' });
    }
  }
  return states;
}

const reasonOf = { z: 'not-applicable', x: 'not-available' } as const;

type Basis = Pick<CellState, 'count' | 'authorities' | 'statements'>;

function judge(
  basis: Basis,
  content: CellCount | undefined,
  isStock: boolean,
  release: string,
  rules: DisclosureRules,
): CellState {
  const last = basis.statements.at(-1);
  if (last !== undefined) {
    const changed = Math.abs(basis.count - last.count);
    if ('value' in last && !mayMove(last, basis.count, content, rules)) {
      return { ...basis, shown: last.value, reason: 'kept' };
    }
    // A period's hidden cell stays hidden: once shown, it would tell what it had been before the change.
    if ('hidden' in last && (changed < rules.changed || !isStock))
      return { ...basis, shown: 'c', reason: 'suppressed-before' };
  }
  const said = { release, count: basis.count };
  const reason = judgePrimary(content, rules);
  if (reason !== undefined) {
    const hidden = reason === 'count-1-to-7' ? 'small-count' : 'other';
    return { ...basis, shown: 'c', reason, statements: [...basis.statements, { ...said, hidden }] };
  }
  const value = roundToBase(basis.count, rules.base);
  const byAuthority = Object.fromEntries(content?.byAuthority ?? []);
  const statements = [...basis.statements, { ...said, value, byAuthority }];
  return { ...basis, shown: value, reason: basis.count === 0 ? 'zero' : 'published', statements };
}

/**
 * Whether a published number may give way to the present one. A change is told by the two numbers together, so that it obeys
 * the rules of a cell: enough records, by enough authorities, none of which dominates.
 */
function mayMove(
  last: Extract<Statement, { readonly value: number }>,
  count: number,
  content: CellCount | undefined,
  rules: DisclosureRules,
): boolean {
  if (Math.abs(count - last.count) < rules.changed) return false;
  if (Math.abs(roundToBase(count, rules.base) - last.value) < rules.step) return false;
  const authorities = new Set([...Object.keys(last.byAuthority), ...(content?.byAuthority.keys() ?? [])]);
  const changes = [...authorities]
    .map((each) => Math.abs((content?.byAuthority.get(each) ?? 0) - (last.byAuthority[each] ?? 0)))
    .filter((change) => change > 0);
  const all = changes.reduce((sum, change) => sum + change, 0);
  return changes.length >= rules.authorities && Math.max(...changes) < rules.dominance * all;
}

function authoritiesIn(content: CellCount | undefined): number {
  let contributing = 0;
  for (const count of content?.byAuthority.values() ?? []) if (count > 0) contributing += 1;
  return contributing;
}

function lies(cell: Cell, gap: Gap): boolean {
  return Object.entries(gap.at).every(([dimension, code]) =>
    dimension === 'period' ? cell.period === code : cell.at[dimension] === code,
  );
}
