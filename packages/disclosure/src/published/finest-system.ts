import { totalCode } from '../model.ts';
import type { Relation } from './cell-programme.ts';
import type { Nesting } from './nested-dimensions.ts';
import { anything, completeAt, leavesWithin, type Publication, type System, saidOf } from './publication.ts';

/** How many finest cells all dimensions together have. A nested dimension has one for what is not broken down. */
export function finestCells({ leaves }: Publication, nestings: readonly Nesting[]): number {
  return [...leaves].reduce((product, [dimension, list]) => product * sizeOf(dimension, list, nestings), 1);
}

function sizeOf(dimension: string, list: readonly string[], nestings: readonly Nesting[]): number {
  return Math.max(1, list.length + (nestings.some(({ inner }) => inner === dimension) ? 1 : 0));
}

/**
 * The finest cells of all dimensions together as unknowns: the intervals are then as narrow as they can be. A code of a
 * nested dimension occurs within its own outer code only.
 */
export function finestSystem(publication: Publication, nestings: readonly Nesting[]): System {
  const { file, leaves } = publication;
  const dimensions = [...leaves.keys()];
  const sizes = dimensions.map((dimension) => sizeOf(dimension, leaves.get(dimension) ?? [], nestings));
  const indicesOf = (at: Readonly<Record<string, string>>): readonly number[] => {
    let indices = [0];
    dimensions.forEach((dimension, position) => {
      const code = at[dimension] ?? totalCode;
      const chosen = [...leavesWithin(publication, dimension, code)];
      const size = sizes[position] ?? 1;
      if (code === totalCode && size > Math.max(1, chosen.length)) chosen.push(size - 1);
      indices = indices.flatMap((index) => chosen.map((leaf) => index * size + leaf));
    });
    return indices;
  };
  const occurs = Uint8Array.from({ length: sizes.reduce((product, size) => product * size, 1) }, (_, index) => {
    let left = index;
    const codes = new Map<string, string | undefined>();
    for (let position = dimensions.length - 1; position >= 0; position -= 1) {
      const size = sizes[position] ?? 1;
      const dimension = dimensions[position] ?? '';
      codes.set(dimension, leaves.get(dimension)?.[left % size]);
      left = Math.floor(left / size);
    }
    return mayOccur(codes, nestings) ? 1 : 0;
  });
  if (file.unlisted === 'absent') {
    for (const covered of coveredBy(publication, indicesOf, occurs.length)) {
      covered.forEach((isListed, index) => {
        if (isListed === 0) occurs[index] = 0;
      });
    }
  }
  const termsOf = (at: Readonly<Record<string, string>>) =>
    indicesOf(at).flatMap((index) => (occurs[index] === 1 ? [[index, 1] as const] : []));
  const relations = file.tables.flatMap((table) =>
    table.cells.map((cell): Relation => {
      const { lowest, highest } = saidOf(file, table, cell);
      return { terms: termsOf(completeAt(table.dimensions, cell)), lower: lowest, upper: highest };
    }),
  );
  const bounds = Array.from(occurs, (each) => (each === 1 ? anything : { lowest: 0, highest: 0 }));
  return { bounds, relations, termsOf, unknowns: 'finest cells' };
}

/** A code lies within its outer code; what is not broken down lies within an outer code without inner ones. */
function mayOccur(codes: ReadonlyMap<string, string | undefined>, nestings: readonly Nesting[]): boolean {
  const rest = new Map<string, boolean>();
  for (const { inner, outer, outerOf, brokenDown } of nestings) {
    const [code, within] = [codes.get(inner), codes.get(outer)];
    if (code === undefined)
      rest.set(inner, rest.get(inner) === true || within === undefined || !brokenDown.has(within));
    else if (outerOf.get(code) !== within) return false;
  }
  return [...rest.values()].every((isPossible) => isPossible);
}

/** For each set of dimensions that some tables break down completely, the finest cells that their cells cover. */
function coveredBy(
  { file }: Publication,
  indicesOf: (at: Readonly<Record<string, string>>) => readonly number[],
  size: number,
): readonly Uint8Array[] {
  const covered = new Map<string, Uint8Array>();
  for (const { dimensions, cells } of file.tables) {
    const name = JSON.stringify([...dimensions].sort());
    for (const cell of cells) {
      const at = completeAt(dimensions, cell);
      if (Object.values(at).includes(totalCode)) continue;
      const known = covered.get(name) ?? new Uint8Array(size);
      for (const index of indicesOf(at)) known[index] = 1;
      covered.set(name, known);
    }
  }
  return [...covered.values()];
}
