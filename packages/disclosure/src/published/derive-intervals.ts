import { DisclosureError } from '../disclosure-error.ts';
import { CellProgramme, ContradictionError, type Interval } from './cell-programme.ts';
import { cellSystem } from './cell-system.ts';
import { finestCells, finestSystem } from './finest-system.ts';
import { findNestings, type Nesting } from './nested-dimensions.ts';
import type { NeutralTables } from './neutral-tables.ts';
import { completeAt, gatherCodes, nameOf, type Publication, type System } from './publication.ts';

/** What can be derived of one suppressed cell. `highest` is infinite when nothing limits it. */
export type DerivedCell = {
  readonly table: string;
  readonly at: Readonly<Record<string, string>>;
  readonly lowest: number;
  readonly highest: number;
  /** Only one value is possible. */
  readonly exact: boolean;
};

/** The audit of published tables. `unknowns`: finest cells together, or, where those are too many, the cells themselves. */
export type DerivedIntervals = {
  readonly tables: number;
  readonly cells: number;
  readonly suppressed: readonly DerivedCell[];
  readonly exactRecoveries: number;
  readonly unknowns: System['unknowns'];
  /** Dimensions found to lie within others, in words: `district within region`. */
  readonly nested: readonly string[];
  /** Ends that took too long to settle to whole numbers: the interval is right, but might be narrower. */
  readonly unsettled: number;
};

const mostFinestCells = 20_000;
const tolerance = 1e-6;

/**
 * Derives, for each suppressed cell, the interval that all the tables together leave open.
 *
 * A total is the sum of the codes of its dimension in all tables. When the dimensions of all tables together have at most
 * 20,000 finest cells those are the unknowns, and the intervals are as narrow as they can be: of amounts by linear
 * programmes, of counts by whole numbers. Beyond that, and where several codes may apply at once, the unknowns are the cells
 * of the tables, tied by the sums within each. A dimension each of whose codes is listed with one code only of another
 * (districts with regions) lies within it, unless the numbers contradict that. Throws `DisclosureError` when no values fit.
 */
export async function deriveIntervals(file: NeutralTables): Promise<DerivedIntervals> {
  const publication = gatherCodes(file);
  const nestings = findNestings(publication);
  for (const reading of nestings.length === 0 ? [nestings] : [nestings, []]) {
    try {
      return await derive(publication, reading);
    } catch (error) {
      if (!(error instanceof ContradictionError)) throw error;
    }
  }
  throw new DisclosureError(
    'The tables contradict each other: no numbers fit all of them. If they are rounded, say so with "rounding"; if codes lie within others, say so with "hierarchies"; if several codes may apply at once, say so with "several".',
  );
}

async function derive(publication: Publication, nestings: readonly Nesting[]): Promise<DerivedIntervals> {
  const { file } = publication;
  const isSeveral = file.tables.some(({ several }) => several.length > 0);
  const isSmall = finestCells(publication, nestings) <= mostFinestCells;
  const system = isSmall && !isSeveral ? finestSystem(publication, nestings) : cellSystem(publication, nestings);
  const programme = await CellProgramme.of(system.bounds, system.relations, { wholeNumbers: file.counts });
  try {
    const known = new Map<string, Interval>();
    const suppressed = file.tables.flatMap((table) =>
      table.cells.flatMap((cell): DerivedCell[] => {
        if (cell.suppressed !== true) return [];
        const at = completeAt(table.dimensions, cell);
        const name = nameOf(at);
        const interval = known.get(name) ?? tidy(programme.intervalOf(system.termsOf(at)), file.counts);
        known.set(name, interval);
        const exact = interval.highest - interval.lowest <= tolerance * Math.max(1, Math.abs(interval.lowest));
        return [{ table: table.name, at, ...interval, exact }];
      }),
    );
    return {
      tables: file.tables.length,
      cells: file.tables.reduce((sum, table) => sum + table.cells.length, 0),
      suppressed,
      exactRecoveries: suppressed.filter(({ exact }) => exact).length,
      unknowns: system.unknowns,
      nested: nestings.map(({ inner, outer }) => `${inner} within ${outer}`),
      unsettled: programme.unsettled,
    };
  } finally {
    programme.dispose();
  }
}

function tidy({ lowest, highest }: Interval, isWhole: boolean): Interval {
  const decimal = (value: number) => (Number.isFinite(value) ? Number(value.toFixed(6)) + 0 : value);
  if (!isWhole) return { lowest: decimal(lowest), highest: decimal(highest) };
  return { lowest: Math.ceil(lowest - tolerance) + 0, highest: Math.floor(highest + tolerance) + 0 };
}
