import type { DisclosureRules } from '../model.ts';
import type { OwnRecords, SignedCell } from './own-records.ts';
import type { SeenBlock } from './published-tables.ts';

/** Something that the attack tries to narrow: a signed sum of cells as they were at certain releases. */
export type Target = {
  readonly name: string;
  readonly kind: 'cell' | 'difference' | 'remainder' | 'change';
  readonly terms: readonly SignedCell[];
  readonly cells: readonly string[];
};

/**
 * What is worth attacking in one block:
 *
 * - every hidden cell, at the first release that hides it, unless an earlier one gave its number;
 * - of all nested pairs of published cells, the differences that may not be published: of 1 to 7 records, of fewer than
 *   three authorities, or nearly all of one's;
 * - of all lines whose total is published, the hidden remainders that may not;
 * - of all cells published in two releases, the changes that may not.
 */
export function targetsOf(block: SeenBlock, own: OwnRecords, rules: DisclosureRules): readonly Target[] {
  const sensitive = [...differences(block), ...remainders(block), ...changes(block)];
  return [...hiddenCells(block), ...sensitive.filter(({ terms }) => own.isSensitive(terms, rules))];
}

function hiddenCells({ shown }: SeenBlock): Target[] {
  return [...shown].flatMap(([cell, all]): Target[] => {
    const release = all.indexOf('c');
    const published = all.findIndex((each) => typeof each === 'number');
    if (release < 0 || (published >= 0 && published < release)) return [];
    return [{ name: cell, kind: 'cell', terms: [{ cell, release, coefficient: 1 }], cells: [cell] }];
  });
}

function differences({ shown, nested }: SeenBlock): Target[] {
  return nested.flatMap(([whole, part]): Target[] => {
    const parts = shown.get(part) ?? [];
    const release = (shown.get(whole) ?? []).findIndex(
      (each, index) => typeof each === 'number' && typeof parts[index] === 'number',
    );
    if (release < 0) return [];
    const terms = [
      { cell: whole, release, coefficient: 1 },
      { cell: part, release, coefficient: -1 },
    ] as const;
    return [{ name: `${whole} less ${part}`, kind: 'difference', terms, cells: [whole, part] }];
  });
}

function remainders({ shown, sums }: SeenBlock): Target[] {
  return sums.flatMap(({ whole, parts, several }): Target[] => {
    const release = (shown.get(whole) ?? []).findIndex((each) => typeof each === 'number');
    const hidden = parts.filter((part) => shown.get(part)?.[release] === 'c');
    if (several || release < 0 || hidden.length < 2) return [];
    const terms = hidden.map((cell) => ({ cell, release, coefficient: 1 as const }));
    return [{ name: hidden.join(' and '), kind: 'remainder', terms, cells: hidden }];
  });
}

function changes({ shown }: SeenBlock): Target[] {
  return [...shown].flatMap(([cell, all]) =>
    all.flatMap((each, release): Target[] => {
      const before = release - 1;
      if (typeof each !== 'number' || typeof all[before] !== 'number') return [];
      const terms = [
        { cell, release, coefficient: 1 },
        { cell, release: before, coefficient: -1 },
      ] as const;
      return [{ name: `${cell}, change at release ${release + 1}`, kind: 'change', terms, cells: [cell] }];
    }),
  );
}
