import type { CellCount } from '../count-cells.ts';
import type { CellNetwork } from '../lines.ts';
import type { DisclosureRules } from '../model.ts';
import { judgePrimary } from '../primary.ts';
import type { RowCombination } from './linear-programme.ts';

/** Something that must stay uncertain: a hidden cell, or a sensitive difference of published ones. */
export type ProtectedSum = {
  /** The hidden cell, or the cells whose difference it is. */
  readonly name: string;
  readonly combination: RowCombination;
  readonly truth: number;
  readonly byAuthority: ReadonlyMap<string, number>;
};

/** How the cells of a block stand while it is audited. */
export type Standing = {
  readonly rowOf: ReadonlyMap<string, number>;
  /** Hidden, and never published before. */
  isHidden(key: string): boolean;
  /** Some release gives its number. */
  isPublished(key: string): boolean;
};

/**
 * Lists the protected sums of a block: every hidden cell; for every pair of published cells of which one contains the other,
 * their difference if it is itself too small or too few authorities' to be published; for every line, what remains of the
 * published parent after all its published parts, likewise.
 */
export function protectedSums(
  network: CellNetwork,
  counts: ReadonlyMap<string, CellCount>,
  standing: Standing,
  rules: DisclosureRules,
): ProtectedSum[] {
  const sums = new Map<string, ProtectedSum>();
  const add = (name: string, plus: readonly string[], minus: readonly string[], always: boolean) => {
    const content = combine(counts, plus, minus);
    if (!always && judgePrimary(content, rules) === undefined) return;
    const combination = [
      ...plus.map((key) => ({ row: rowIn(standing, key), coefficient: 1 })),
      ...minus.map((key) => ({ row: rowIn(standing, key), coefficient: -1 })),
    ];
    sums.set(name, { name, combination, truth: content.count, byAuthority: content.byAuthority });
  };
  for (const key of standing.rowOf.keys()) {
    if (standing.isHidden(key)) add(key, [key], [], true);
    if (!standing.isPublished(key)) continue;
    for (const ancestor of network.ancestors.get(key) ?? []) {
      if (standing.rowOf.has(ancestor) && standing.isPublished(ancestor))
        add(`${ancestor} - ${key}`, [ancestor], [key], false);
    }
  }
  for (const { parent, children, several } of network.lines) {
    if (several || !standing.rowOf.has(parent) || !standing.isPublished(parent)) continue;
    const hidden = children.filter((child) => !standing.isPublished(child));
    if (hidden.length < 2 || hidden.some((child) => !standing.rowOf.has(child))) continue;
    add(hidden.join(' + '), hidden, [], false);
  }
  return [...sums.values()];
}

function combine(
  counts: ReadonlyMap<string, CellCount>,
  plus: readonly string[],
  minus: readonly string[],
): { count: number; byAuthority: Map<string, number> } {
  const byAuthority = new Map<string, number>();
  let count = 0;
  for (const [keys, sign] of [
    [plus, 1],
    [minus, -1],
  ] as const) {
    for (const key of keys) {
      const cell = counts.get(key);
      count += sign * (cell?.count ?? 0);
      for (const [authority, part] of cell?.byAuthority ?? []) {
        byAuthority.set(authority, (byAuthority.get(authority) ?? 0) + sign * part);
      }
    }
  }
  return { count, byAuthority };
}

function rowIn(standing: Standing, key: string): number {
  const row = standing.rowOf.get(key);
  if (row === undefined) throw new Error(`No row for ${key}.`);
  return row;
}
