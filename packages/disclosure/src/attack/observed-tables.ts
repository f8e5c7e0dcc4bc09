import type { Catalogue, Contribution, Dimension, PublishedTable, Source } from '../model.ts';
import { totalCode } from '../model.ts';
import { financialYearOf, quartersOf } from '../periods.ts';
import type { Revision } from './simulate-network.ts';

/** What everybody can see of one release: its tables, and who changed records of which earlier period. */
export type ObservedRelease = {
  readonly quarter: string;
  readonly tables: readonly PublishedTable[];
  readonly revisions: readonly Revision[];
};

/** A cell as a reader identifies it: source, period and codes that are not totals. */
export type ObservedCell = {
  readonly key: string;
  readonly source: string;
  readonly period: string;
  readonly codes: ReadonlyMap<string, string>;
};

/** Cells that make up another cell. `several`: they overlap, and cover it. */
export type ObservedSum = { readonly whole: string; readonly parts: readonly string[]; readonly several: boolean };

/** Every cell ever published from one source over one financial year (or of one stock), and what each release showed. */
export type ObservedBlock = {
  readonly source: Source;
  readonly cells: ReadonlyMap<string, ObservedCell>;
  /** By cell, then by release index: a number, a symbol, or nothing yet. */
  readonly shown: ReadonlyMap<string, readonly (number | string | undefined)[]>;
  readonly sums: readonly ObservedSum[];
  readonly nested: readonly (readonly [whole: string, part: string])[];
};

/** Reads published tables the way an attacker would: from the tables and the public catalogue alone. */
export function observe(catalogue: Catalogue, releases: readonly ObservedRelease[]): readonly ObservedBlock[] {
  const blocks = new Map<string, Reading>();
  releases.forEach((release, index) => {
    for (const table of release.tables) {
      const specification = catalogue.tables.find(({ id }) => id === table.id);
      const source = catalogue.sources.find(({ id }) => id === specification?.source);
      if (source === undefined) continue;
      for (const published of table.cells) {
        const period = published.at.period ?? '';
        const name = `${source.id} ${period.includes('Q') ? financialYearOf(period) : period}`;
        let reading = blocks.get(name);
        if (reading === undefined) {
          reading = { source, cells: new Map(), shown: new Map(), axes: new Map() };
          blocks.set(name, reading);
        }
        const cell = cellAt(source.id, period, published.at);
        reading.cells.set(cell.key, cell);
        const shown = reading.shown.get(cell.key) ?? [];
        shown[index] = 'value' in published ? published.value : published.symbol;
        reading.shown.set(cell.key, shown);
        const dimensions = specification?.dimensions ?? [];
        reading.axes.set(`${table.id} ${period}`, { period, dimensions });
      }
    }
  });
  return [...blocks.values()].map((reading) => {
    const sums = sumsOf(reading);
    return { ...reading, sums, nested: nestedOf(reading) };
  });
}

type Axes = { readonly period: string; readonly dimensions: readonly { dimension: string; level: string }[] };
type Reading = {
  readonly source: Source;
  readonly cells: Map<string, ObservedCell>;
  readonly shown: Map<string, (number | string | undefined)[]>;
  readonly axes: Map<string, Axes>;
};

/** How many of an authority's own records lie in a cell: counted record by record, as the authority itself would. */
export function ownRecords(source: Source, cell: ObservedCell, contributions: readonly Contribution[]): number {
  let own = 0;
  for (const { period, at, count } of contributions) {
    if (cell.period !== '' && cell.period !== period && !quartersIn(cell.period).includes(period)) continue;
    if (source.shape.kind === 'breakdowns' && !belongs(source, cell, at)) continue;
    const inside = [...cell.codes].every(([dimension, code]) => {
      const stated = at[dimension];
      const codes = stated === undefined ? [] : typeof stated === 'string' ? [stated] : stated;
      return codes.some((each) => liesWithin(dimensionIn(source, dimension), each, code));
    });
    if (inside) own += count;
  }
  return own;
}

/** The quarters that a period is made of. */
export function quartersIn(period: string): readonly string[] {
  return period.includes('Q') || period === '' ? [period] : quartersOf(period);
}

function belongs(source: Source, cell: ObservedCell, at: Contribution['at']): boolean {
  const common = source.shape.kind === 'breakdowns' ? source.shape.common : [];
  const stated = Object.keys(at).filter((dimension) => !common.includes(dimension));
  const asked = [...cell.codes.keys()].filter((dimension) => !common.includes(dimension));
  return asked.length === 0 ? stated.length === 0 : asked.every((dimension) => stated.includes(dimension));
}

function liesWithin(dimension: Dimension | undefined, fine: string, code: string): boolean {
  let here: string | undefined = fine;
  for (const level of [...(dimension?.levels ?? [])].reverse()) {
    if (here === code) return true;
    here = level.bands.find((band) => band.code === here)?.within ?? here;
  }
  return here === code;
}

function dimensionIn(source: Source, id: string): Dimension | undefined {
  return source.dimensions.find((dimension) => dimension.id === id);
}

function cellAt(source: string, period: string, at: Readonly<Record<string, string>>): ObservedCell {
  const codes = new Map(
    Object.entries(at)
      .filter(([dimension, code]) => dimension !== 'period' && code !== totalCode)
      .sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
  return { key: JSON.stringify([source, period, ...codes]), source, period, codes };
}

function withCode(cell: ObservedCell, dimension: string, code: string | undefined): string {
  const at = Object.fromEntries(cell.codes);
  if (code === undefined) delete at[dimension];
  else at[dimension] = code;
  return cellAt(cell.source, cell.period, at).key;
}

function sumsOf({ source, cells, axes }: Reading): readonly ObservedSum[] {
  const sums = new Map<string, ObservedSum>();
  const add = (whole: string, parts: readonly string[], several: boolean) => {
    if (!cells.has(whole) || parts.length === 0 || parts.some((part) => !cells.has(part) || part === whole)) return;
    sums.set([whole, ...parts].join(' '), { whole, parts, several });
  };
  const levels = new Map<string, { dimension: Dimension; codes: readonly string[] }>();
  for (const { dimensions } of axes.values()) {
    for (const { dimension, level } of dimensions) {
      const found = dimensionIn(source, dimension);
      const codes = found?.levels.find(({ id }) => id === level)?.bands.map(({ code }) => code);
      if (found !== undefined && codes !== undefined) levels.set(`${dimension} ${level}`, { dimension: found, codes });
    }
  }
  for (const cell of cells.values()) {
    for (const { dimension, codes } of levels.values()) {
      if (cell.codes.has(dimension.id)) continue;
      add(
        cell.key,
        codes.map((code) => withCode(cell, dimension.id, code)),
        dimension.several === true,
      );
    }
    for (const [id, code] of cell.codes) {
      const dimension = dimensionIn(source, id);
      if (dimension?.several === true) continue;
      for (const level of dimension?.levels ?? []) {
        const parts = level.bands.filter((band) => band.within === code);
        add(
          cell.key,
          parts.map((part) => withCode(cell, id, part.code)),
          false,
        );
      }
    }
    if (!cell.period.includes('Q') && cell.period !== '') {
      const at = Object.fromEntries(cell.codes);
      add(
        cell.key,
        quartersOf(cell.period).map((quarter) => cellAt(cell.source, quarter, at).key),
        false,
      );
    }
  }
  return [...sums.values()];
}

/** All pairs of cells of which one contains the other: by leaving out codes, by a coarser band, by the year. */
function nestedOf({ source, cells }: Reading): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const part of cells.values()) {
    for (const whole of cells.values()) {
      if (whole.key === part.key || whole.codes.size > part.codes.size) continue;
      if (whole.period !== part.period && !quartersIn(whole.period).includes(part.period)) continue;
      const contains = [...whole.codes].every(([dimension, code]) => {
        const own = part.codes.get(dimension);
        return own !== undefined && liesWithin(dimensionIn(source, dimension), own, code);
      });
      if (contains) pairs.push([whole.key, part.key]);
    }
  }
  return pairs;
}
