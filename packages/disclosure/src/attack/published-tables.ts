import type { Catalogue, Dimension, PublishedTable, Source } from '../model.ts';
import { totalCode } from '../model.ts';
import { financialYearOf, quartersOf } from '../periods.ts';
import type { Revision } from './simulate-network.ts';

/** What everybody can see of one release: its tables, and who changed records of which earlier period. */
export type PublishedRelease = {
  readonly quarter: string;
  readonly tables: readonly PublishedTable[];
  readonly revisions: readonly Revision[];
};

/** A cell as a reader identifies it: source, period and the codes that are not totals. */
export type SeenCell = {
  readonly key: string;
  readonly source: string;
  readonly period: string;
  readonly codes: ReadonlyMap<string, string>;
};

/** Cells that make up another cell. `several`: they overlap, and cover it. */
export type SeenSum = { readonly whole: string; readonly parts: readonly string[]; readonly several: boolean };

/** Every cell ever published from one source over one financial year (or of one stock), and what each release showed. */
export type SeenBlock = {
  readonly source: Source;
  readonly cells: ReadonlyMap<string, SeenCell>;
  /** By cell, then by release index: a number, a symbol, or nothing yet. */
  readonly shown: ReadonlyMap<string, readonly (number | string | undefined)[]>;
  readonly sums: readonly SeenSum[];
  readonly nested: readonly (readonly [whole: string, part: string])[];
};

type Reading = Pick<SeenBlock, 'source'> & {
  readonly cells: Map<string, SeenCell>;
  readonly shown: Map<string, (number | string | undefined)[]>;
  readonly levels: Map<string, { dimension: Dimension; codes: readonly string[] }>;
};

/** Reads published tables the way an attacker would: from the tables and the public catalogue alone. */
export function readPublished(catalogue: Catalogue, releases: readonly PublishedRelease[]): readonly SeenBlock[] {
  const blocks = new Map<string, Reading>();
  releases.forEach((release, index) => {
    for (const table of release.tables) {
      const specification = catalogue.tables.find(({ id }) => id === table.id);
      const source = catalogue.sources.find(({ id }) => id === specification?.source);
      if (specification === undefined || source === undefined) continue;
      for (const published of table.cells) {
        const period = published.at.period ?? '';
        const name = `${source.id} ${isQuarter(period) ? financialYearOf(period) : period}`;
        let reading = blocks.get(name);
        if (reading === undefined) {
          reading = { source, cells: new Map(), shown: new Map(), levels: new Map() };
          blocks.set(name, reading);
        }
        const key = keyOf(source.id, period, published.at);
        if (!reading.cells.has(key)) reading.cells.set(key, cellAt(source.id, period, published.at));
        const shown = reading.shown.get(key) ?? [];
        shown[index] = 'value' in published ? published.value : published.symbol;
        reading.shown.set(key, shown);
      }
      for (const reading of blocks.values()) {
        if (reading.source !== source) continue;
        for (const { dimension: id, level } of specification.dimensions) {
          const dimension = dimensionIn(source, id);
          const codes = dimension?.levels.find((each) => each.id === level)?.bands.map(({ code }) => code);
          if (dimension !== undefined && codes !== undefined)
            reading.levels.set(`${id} ${level}`, { dimension, codes });
        }
      }
    }
  });
  return [...blocks.values()].map((reading) => ({ ...reading, sums: sumsOf(reading), nested: nestedOf(reading) }));
}

/** The key by which an attacker knows a cell: totals and the period leave no code in it. */
export function keyOf(source: string, period: string, at: Readonly<Record<string, string>>): string {
  const codes = Object.keys(at)
    .filter((dimension) => dimension !== 'period' && at[dimension] !== totalCode)
    .sort();
  return [source, period, ...codes.map((dimension) => `${dimension}:${at[dimension]}`)].join(' ');
}

/** A code and every band that holds it, finest first. */
export function bandsHolding(dimension: Dimension | undefined, code: string): readonly string[] {
  const found = [code];
  let here = code;
  for (const level of [...(dimension?.levels ?? [])].reverse()) {
    const within = level.bands.find((band) => band.code === here)?.within;
    if (within === undefined || within === here) continue;
    found.push(within);
    here = within;
  }
  return found;
}

/** A dimension of a source, by id. */
export function dimensionIn(source: Source, id: string): Dimension | undefined {
  return source.dimensions.find((dimension) => dimension.id === id);
}

/** Whether a period is a quarter (not a year, nor the empty period of a stock). */
export function isQuarter(period: string): boolean {
  return period.includes('Q');
}

function cellAt(source: string, period: string, at: Readonly<Record<string, string>>): SeenCell {
  const codes = new Map(Object.entries(at).filter(([dimension, code]) => dimension !== 'period' && code !== totalCode));
  return { key: keyOf(source, period, at), source, period, codes };
}

function sumsOf({ source, cells, levels }: Reading): readonly SeenSum[] {
  const sums = new Map<string, SeenSum>();
  const add = (whole: string, parts: readonly string[], several: boolean) => {
    if (parts.length === 0 || parts.some((part) => !cells.has(part) || part === whole)) return;
    sums.set([whole, ...parts].join('|'), { whole, parts, several });
  };
  for (const cell of cells.values()) {
    const at = Object.fromEntries(cell.codes);
    for (const { dimension, codes } of levels.values()) {
      if (cell.codes.has(dimension.id)) continue;
      const parts = codes.map((code) => keyOf(source.id, cell.period, { ...at, [dimension.id]: code }));
      add(cell.key, parts, dimension.several === true);
    }
    for (const [id, code] of cell.codes) {
      const dimension = dimensionIn(source, id);
      if (dimension?.several === true) continue;
      for (const level of dimension?.levels ?? []) {
        const held = level.bands.filter((band) => band.within === code);
        add(
          cell.key,
          held.map((band) => keyOf(source.id, cell.period, { ...at, [id]: band.code })),
          false,
        );
      }
    }
    if (cell.period !== '' && !isQuarter(cell.period)) {
      add(
        cell.key,
        quartersOf(cell.period).map((quarter) => keyOf(source.id, quarter, at)),
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
    let wholes: Record<string, string>[] = [{}];
    for (const [id, code] of part.codes) {
      const choices = [...bandsHolding(dimensionIn(source, id), code), totalCode];
      wholes = wholes.flatMap((at) => choices.map((choice) => ({ ...at, [id]: choice })));
    }
    const periods = isQuarter(part.period) ? [part.period, financialYearOf(part.period)] : [part.period];
    for (const period of periods) {
      for (const at of wholes) {
        const whole = keyOf(source.id, period, at);
        if (whole !== part.key && cells.has(whole)) pairs.push([whole, part.key]);
      }
    }
  }
  return pairs;
}
