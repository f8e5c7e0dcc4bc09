import { DisclosureError } from './disclosure-error.ts';
import type { Catalogue, Dimension, PeriodLevel, Source, TableSpecification } from './model.ts';
import { totalCode } from './model.ts';
import { completeYears, financialYearOf } from './periods.ts';

/** One dimension of a family: the codes of its level, and the code of that level for each finest code. */
export type Axis = {
  readonly dimension: string;
  readonly several: boolean;
  readonly codes: readonly string[];
  readonly lift: ReadonlyMap<string, string>;
};

/** All cells that fix the same dimensions at the same levels: one margin of one or more tables. */
export type CellFamily = {
  readonly period: PeriodLevel;
  readonly axes: readonly Axis[];
  /** In a source of breakdowns, the breakdown that counts these cells; -1 is the total. */
  readonly breakdown: number;
};

/** One cell: a stable key, its period code (empty for a stock) and the codes it fixes. */
export type Cell = { readonly key: string; readonly period: string; readonly at: Readonly<Record<string, string>> };

/** A table with its axes resolved and its periods listed. */
export type LaidOutTable = {
  readonly specification: TableSpecification;
  readonly axes: readonly Axis[];
  readonly periods: readonly string[];
};

/** Everything about one source that does not depend on counts. */
export type CellSpace = {
  readonly source: Source;
  readonly tables: readonly LaidOutTable[];
  readonly families: readonly CellFamily[];
  /** Complete financial years, when some table counts by them. */
  readonly years: readonly string[];
};

/** Lays the tables of one source out over the quarters known to a release. */
export function layOut(catalogue: Catalogue, source: Source, quarters: readonly string[]): CellSpace {
  const years = completeYears(quarters);
  const families = new Map<string, CellFamily>();
  const tables = catalogue.tables
    .filter((table) => table.source === source.id)
    .map((specification): LaidOutTable => {
      if ((specification.period === 'as-at') !== (source.kind === 'stock')) {
        throw new DisclosureError(`Table ${specification.id}: a stock is counted as at the release, a flow by period.`);
      }
      const axes = specification.dimensions.map(({ dimension, level }) => axisOf(source, dimension, level));
      for (const chosen of choicesOf(axes)) {
        const family = { period: specification.period, axes: chosen, breakdown: breakdownOf(source, chosen) };
        families.set(
          `${family.period}|${chosen.map((axis) => `${axis.dimension}:${axis.codes.join()}`).join('|')}`,
          family,
        );
      }
      return { specification, axes, periods: periodsOf(specification.period, quarters, years) };
    });
  const yearly = tables.some((table) => table.specification.period === 'financial-year');
  return { source, tables, families: [...families.values()], years: yearly ? years : [] };
}

/** The cells that a record at these codes is counted in, within one family; several where several codes apply. */
export function cellKeysOf(
  source: string,
  family: CellFamily,
  quarter: string,
  at: Readonly<Record<string, string | readonly string[]>>,
): readonly string[] {
  const period = family.period === 'quarter' ? quarter : family.period === 'as-at' ? '' : financialYearOf(quarter);
  let keys = [`${source}|${period}`];
  for (const axis of family.axes) {
    const stated = at[axis.dimension];
    if (stated === undefined)
      throw new DisclosureError(`A contribution to ${source} does not state ${axis.dimension}.`);
    const fine = typeof stated === 'string' ? [stated] : stated;
    const codes = new Set(fine.map((code) => liftCode(source, axis, code)));
    keys = keys.flatMap((key) => [...codes].map((code) => `${key}|${axis.dimension}=${code}`));
  }
  return keys;
}

/** The key of a cell; totals leave no trace in it, so that one cell has one key whatever table it is met in. */
export function cellKey(source: string, period: string, at: Readonly<Record<string, string>>): string {
  const codes = Object.entries(at)
    .filter(([dimension, code]) => code !== totalCode && dimension !== 'period')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([dimension, code]) => `|${dimension}=${code}`);
  return `${source}|${period}${codes.join('')}`;
}

/** Every cell of a table in reading order: periods, then each dimension with its total first. */
export function cellsOfTable(source: string, table: LaidOutTable): readonly Cell[] {
  let rows: { period: string; at: Record<string, string> }[] = table.periods.map((period) => ({ period, at: {} }));
  for (const axis of table.axes) {
    rows = rows.flatMap(({ period, at }) =>
      [totalCode, ...axis.codes].map((code) => ({ period, at: { ...at, [axis.dimension]: code } })),
    );
  }
  return rows.map(({ period, at }) => ({ key: cellKey(source, period, at), period, at }));
}

function axisOf(source: Source, dimensionId: string, levelId: string): Axis {
  const dimension = source.dimensions.find(({ id }) => id === dimensionId);
  const position = dimension?.levels.findIndex(({ id }) => id === levelId) ?? -1;
  const level = dimension?.levels[position];
  if (dimension === undefined || level === undefined) {
    throw new DisclosureError(`Source ${source.id} has no dimension ${dimensionId} with a level ${levelId}.`);
  }
  return {
    dimension: dimension.id,
    several: dimension.several === true,
    codes: level.bands.map(({ code }) => code),
    lift: liftsTo(dimension, position),
  };
}

function liftsTo(dimension: Dimension, position: number): ReadonlyMap<string, string> {
  checkBands(dimension);
  const lift = new Map<string, string>();
  for (const { code } of dimension.levels.at(-1)?.bands ?? []) {
    let here: string | undefined = code;
    for (let depth = dimension.levels.length - 1; depth > position; depth -= 1) {
      here = dimension.levels[depth]?.bands.find((band) => band.code === here)?.within;
    }
    if (here === undefined || !dimension.levels[position]?.bands.some((band) => band.code === here)) {
      throw new DisclosureError(
        `Dimension ${dimension.id}: ${code} lies within no code of ${dimension.levels[position]?.id}.`,
      );
    }
    lift.set(code, here);
  }
  return lift;
}

/** A code may stand at two levels only as a band that holds itself alone; else two cells would share a key. */
function checkBands(dimension: Dimension): void {
  dimension.levels.forEach((level, depth) => {
    for (const band of level.bands) {
      if (band.code === totalCode || /[|=]/.test(band.code)) {
        throw new DisclosureError(`Dimension ${dimension.id}: "${band.code}" cannot be a code.`);
      }
      const above = dimension.levels[depth - 1]?.bands.find(({ code }) => code === band.code);
      const held = level.bands.filter(({ within }) => within === band.code);
      if (above !== undefined && (band.within !== band.code || held.length !== 1)) {
        throw new DisclosureError(`Dimension ${dimension.id}: "${band.code}" means two things at two levels.`);
      }
    }
  });
}

function liftCode(source: string, axis: Axis, code: string): string {
  const lifted = axis.lift.get(code);
  if (lifted === undefined) throw new DisclosureError(`${source}: "${code}" is not a code of ${axis.dimension}.`);
  return lifted;
}

function breakdownOf(source: Source, axes: readonly Axis[]): number {
  if (source.shape.kind === 'records') return -1;
  const { common, breakdowns } = source.shape;
  const own = axes.map((axis) => axis.dimension).filter((dimension) => !common.includes(dimension));
  if (own.length === 0) return -1;
  const found = breakdowns.findIndex((breakdown) => own.every((dimension) => breakdown.includes(dimension)));
  if (found < 0) throw new DisclosureError(`Source ${source.id} has no breakdown by ${own.join(' and ')} together.`);
  return found;
}

function periodsOf(level: PeriodLevel, quarters: readonly string[], years: readonly string[]): readonly string[] {
  return level === 'quarter' ? quarters : level === 'as-at' ? [''] : years;
}

/** Every choice of some of the axes, the empty one first; each in the order of dimension ids. */
export function choicesOf(axes: readonly Axis[]): readonly (readonly Axis[])[] {
  const choices: Axis[][] = [[]];
  for (const axis of [...axes].sort((a, b) => (a.dimension < b.dimension ? -1 : 1))) {
    choices.push(...choices.map((choice) => [...choice, axis]));
  }
  return choices;
}
