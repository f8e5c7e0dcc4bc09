import { totalCode } from '../model.ts';
import type { Publication } from './publication.ts';

/** A dimension whose every code is listed within one code only of another dimension: districts within regions. */
export type Nesting = {
  readonly inner: string;
  readonly outer: string;
  readonly outerOf: ReadonlyMap<string, string>;
  /** The outer codes that are broken down, and whether some are not. */
  readonly brokenDown: ReadonlySet<string>;
  readonly inPart: boolean;
};

/** Finds the dimensions that lie within others, from what the tables list together. */
export function findNestings({ file, leaves }: Publication): readonly Nesting[] {
  const together = new Map<string, Map<string, Set<string>>>();
  for (const { dimensions, cells } of file.tables) {
    for (const { at } of cells) {
      const coded = dimensions.filter((dimension) => (at[dimension] ?? totalCode) !== totalCode);
      for (const inner of coded) {
        for (const outer of coded) {
          if (inner === outer) continue;
          const name = JSON.stringify([inner, outer]);
          const byCode = together.get(name) ?? new Map<string, Set<string>>();
          together.set(name, byCode);
          const code = at[inner] ?? '';
          byCode.set(code, (byCode.get(code) ?? new Set()).add(at[outer] ?? ''));
        }
      }
    }
  }
  return [...together].flatMap(([name, byCode]): Nesting[] => {
    const [inner, outer] = JSON.parse(name) as [string, string];
    const codes = leaves.get(inner) ?? [];
    if ((leaves.get(outer)?.length ?? 0) < 2 || codes.some((code) => byCode.get(code)?.size !== 1)) return [];
    const outerOf = new Map(codes.map((code) => [code, [...(byCode.get(code) ?? [])][0] ?? ''] as const));
    const brokenDown = new Set(outerOf.values());
    return [
      { inner, outer, outerOf, brokenDown, inPart: leaves.get(outer)?.some((code) => !brokenDown.has(code)) === true },
    ];
  });
}
