import { totalCode } from '../model.ts';
import type { Interval, Relation } from './cell-programme.ts';
import type { Nesting } from './nested-dimensions.ts';
import { anything, childrenOf, completeAt, nameOf, type Publication, type System, saidOf } from './publication.ts';

/**
 * The cells of the tables as unknowns, tied by the sums within each table: for tables with too many finest cells, with
 * codes of which several may apply.
 */
export function cellSystem(publication: Publication, nestings: readonly Nesting[]): System {
  const { file } = publication;
  const numbers = new Map<string, number>();
  const bounds: Interval[] = [];
  const relations = new Map<string, Relation>();
  const numberOf = (at: Readonly<Record<string, string>>): number => {
    const name = nameOf(at);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, bounds.length);
    return bounds.push(anything) - 1;
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
      const terms = [[parent, 1] as const, [child, -1] as const];
      relations.set(`${name}|${child}`, { terms, lower: 0, upper: Number.POSITIVE_INFINITY });
    }
  };
  for (const table of file.tables) {
    for (const cell of table.cells) {
      const number = numberOf(completeAt(table.dimensions, cell));
      const known = bounds[number] ?? anything;
      const said = saidOf(file, table, cell);
      bounds[number] = {
        lowest: Math.max(known.lowest, said.lowest),
        highest: Math.min(known.highest, said.highest),
      };
    }
  }
  const listed = new Set(numbers.keys());
  for (const { dimensions, several } of file.tables) {
    for (const at of placesOf(publication, dimensions)) {
      for (const dimension of dimensions) {
        if (nestings.some((nesting) => isLeftOpen(at, dimension, nesting))) continue;
        const children = childrenOf(publication, dimension, at[dimension] ?? totalCode)
          .map((code) => ({ ...at, [dimension]: code }))
          .filter((child) => nestings.every((nesting) => isWithin(child, nesting)));
        const known = children.filter((child) => listed.has(nameOf(child)));
        // Where the file says that nothing else occurs, a total is the sum of the parts that are listed, if any are.
        const parts = file.unlisted === 'absent' && listed.has(nameOf(at)) ? known : children;
        relate(numberOf(at), parts.map(numberOf), several.includes(dimension));
      }
    }
  }
  return { bounds, relations: [...relations.values()], termsOf: (at) => [[numberOf(at), 1]], unknowns: 'cells' };
}

/** The codes of a nested dimension do not make up what holds outer codes that are not broken down. */
function isLeftOpen(
  at: Readonly<Record<string, string>>,
  dimension: string,
  { inner, outer, inPart }: Nesting,
): boolean {
  return inPart && dimension === inner && (at[outer] ?? totalCode) === totalCode;
}

function isWithin(at: Readonly<Record<string, string>>, { inner, outer, outerOf }: Nesting): boolean {
  const outerCode = outerOf.get(at[inner] ?? totalCode);
  const given = at[outer] ?? totalCode;
  return outerCode === undefined || given === totalCode || given === outerCode;
}

/** Every margin that a table implies, whether or not its cells are listed. */
function placesOf({ file, leaves }: Publication, dimensions: readonly string[]): readonly Record<string, string>[] {
  let places: Record<string, string>[] = [{}];
  for (const dimension of dimensions) {
    const parents = new Set(Object.values(file.hierarchies[dimension] ?? {}));
    const all = [...new Set([totalCode, ...parents, ...(leaves.get(dimension) ?? [])])];
    places = places.flatMap((at) => all.map((code) => ({ ...at, [dimension]: code })));
  }
  return places;
}
