import { DisclosureError } from '../disclosure-error.ts';
import { totalCode } from '../model.ts';

/** One cell of a neutral table: a published number, or `suppressed: true`. A dimension left out of `at` is a total. */
export type NeutralCell = {
  readonly at: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly suppressed?: boolean;
};

/**
 * One table of the neutral format. `several` names dimensions of which several codes may apply to one record; `rounding`
 * stands for this table instead of the file's.
 */
export type NeutralTable = {
  readonly name: string;
  readonly dimensions: readonly string[];
  readonly several: readonly string[];
  readonly rounding?: number;
  readonly cells: readonly NeutralCell[];
};

/**
 * Tables as anybody may have published them.
 *
 * - `rounding`: numbers are rounded to the nearest multiple (absent: they are exact).
 * - `suppressedBetween`: what a suppressed cell is known to lie between (absent: 0 or more).
 * - `hierarchies`: for a dimension, the code that each code lies within.
 * - `counts`: the numbers behind are whole, so that an interval ends at whole numbers (absent: if all values are whole).
 * - `unlisted`: whether a combination that no table lists is unknown, or does not occur (absent: it is unknown).
 */
export type NeutralTables = {
  readonly tables: readonly NeutralTable[];
  readonly rounding?: number;
  readonly suppressedBetween?: readonly [number, number];
  readonly hierarchies: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly counts: boolean;
  readonly unlisted: 'absent' | 'unknown';
};

/** Reads the neutral format. Throws `DisclosureError` with one sentence that says what is wrong, and where. */
export function readNeutralTables(text: string): NeutralTables {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DisclosureError(`The file is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}.`);
  }
  const file = asObject(json, 'The file');
  const tables = asArray(file.tables, '"tables" of the file').map(readTable);
  if (tables.length === 0) throw new DisclosureError('The file holds no tables.');
  const several = new Map<string, boolean>();
  for (const table of tables) {
    for (const dimension of table.dimensions) {
      const here = table.several.includes(dimension);
      if ((several.get(dimension) ?? here) !== here) {
        throw new DisclosureError(`Dimension "${dimension}" takes several codes in one table and one in another.`);
      }
      several.set(dimension, here);
    }
  }
  return {
    tables,
    hierarchies: readHierarchies(file.hierarchies),
    counts: readFlag(file.counts, '"counts"') ?? areWhole(tables, file),
    unlisted: readUnlisted(file.unlisted),
    ...(file.rounding === undefined ? {} : { rounding: readRounding(file.rounding, 'the file') }),
    ...(file.suppressedBetween === undefined ? {} : { suppressedBetween: readRange(file.suppressedBetween) }),
  };
}

function readTable(value: unknown, index: number): NeutralTable {
  const table = asObject(value, `Table ${index + 1}`);
  const name = table.name;
  if (typeof name !== 'string' || name === '') throw new DisclosureError(`Table ${index + 1} has no "name".`);
  const strings = (given: unknown, what: string) =>
    asArray(given, `"${what}" of table "${name}"`).map((each) => {
      if (typeof each !== 'string' || each === '') {
        throw new DisclosureError(`"${what}" of table "${name}" must be a list of names.`);
      }
      return each;
    });
  const dimensions = strings(table.dimensions, 'dimensions');
  if (new Set(dimensions).size < dimensions.length) {
    throw new DisclosureError(`Table "${name}" names a dimension twice.`);
  }
  const several = table.several === undefined ? [] : strings(table.several, 'several');
  const stray = several.find((dimension) => !dimensions.includes(dimension));
  if (stray !== undefined)
    throw new DisclosureError(`"several" of table "${name}" names "${stray}", which is no dimension of it.`);
  const seen = new Set<string>();
  const cells = asArray(table.cells, `"cells" of table "${name}"`).map((each, position) => {
    const cell = readCell(each, `Cell ${position + 1} of table "${name}"`, dimensions);
    const key = JSON.stringify(dimensions.map((dimension) => cell.at[dimension] ?? totalCode));
    if (seen.has(key)) throw new DisclosureError(`Table "${name}" gives the cell ${describeAt(cell.at)} twice.`);
    seen.add(key);
    return cell;
  });
  if (cells.length === 0) throw new DisclosureError(`Table "${name}" holds no cells.`);
  const whole = { name, dimensions, several, cells };
  return table.rounding === undefined ? whole : { ...whole, rounding: readRounding(table.rounding, `table "${name}"`) };
}

function readCell(value: unknown, where: string, dimensions: readonly string[]): NeutralCell {
  const cell = asObject(value, where);
  const at: Record<string, string> = {};
  for (const [dimension, code] of Object.entries(asObject(cell.at, `"at" of ${where.toLowerCase()}`))) {
    if (!dimensions.includes(dimension)) {
      throw new DisclosureError(`${where} has the dimension "${dimension}", which its table does not list.`);
    }
    if (typeof code !== 'string' && typeof code !== 'number') {
      throw new DisclosureError(`${where} must give a code for "${dimension}".`);
    }
    at[dimension] = String(code);
  }
  const { value: number, suppressed } = cell;
  if (suppressed !== undefined && typeof suppressed !== 'boolean') {
    throw new DisclosureError(`${where} must say "suppressed": true or false.`);
  }
  // A value beside the flag is the audited one, not a published one: the attacker does not have it.
  if (suppressed === true) return { at, suppressed: true };
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new DisclosureError(`${where} (${describeAt(at)}) needs a number as its "value", or "suppressed": true.`);
  }
  if (number < 0)
    throw new DisclosureError(`${where} (${describeAt(at)}) is below zero: a table of counts or amounts is not.`);
  return { at, value: number };
}

function readHierarchies(value: unknown): Record<string, Record<string, string>> {
  const hierarchies: Record<string, Record<string, string>> = {};
  for (const [dimension, codes] of Object.entries(value === undefined ? {} : asObject(value, '"hierarchies"'))) {
    const parents: Record<string, string> = {};
    for (const [code, parent] of Object.entries(asObject(codes, `"hierarchies" of "${dimension}"`))) {
      if (typeof parent !== 'string')
        throw new DisclosureError(`"hierarchies" of "${dimension}": "${code}" must name a code.`);
      parents[code] = parent;
    }
    for (const code of Object.keys(parents)) {
      const met = new Set<string>();
      for (let here: string | undefined = code; here !== undefined; here = parents[here]) {
        if (met.has(here))
          throw new DisclosureError(`"hierarchies" of "${dimension}" goes round in a circle at "${here}".`);
        met.add(here);
      }
    }
    hierarchies[dimension] = parents;
  }
  return hierarchies;
}

function readRounding(value: unknown, where: string): number {
  if (typeof value !== 'number' || !(value > 0)) {
    throw new DisclosureError(`"rounding" of ${where} must be a number above zero.`);
  }
  return value;
}

function readRange(value: unknown): [number, number] {
  const [lowest, highest, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof lowest !== 'number' || typeof highest !== 'number' || more.length > 0 || lowest > highest || lowest < 0) {
    throw new DisclosureError('"suppressedBetween" must be two numbers from zero, the smaller first.');
  }
  return [lowest, highest];
}

function readFlag(value: unknown, what: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') throw new DisclosureError(`${what} must be true or false.`);
  return value;
}

function readUnlisted(value: unknown): 'absent' | 'unknown' {
  if (value === undefined || value === 'absent' || value === 'unknown') return value ?? 'unknown';
  throw new DisclosureError('"unlisted" must be "absent" or "unknown".');
}

/** Counts, as far as can be seen: no number has decimals. */
function areWhole(tables: readonly NeutralTable[], file: Readonly<Record<string, unknown>>): boolean {
  const values = tables.flatMap(({ rounding, cells }) => [rounding, ...cells.map(({ value }) => value)]);
  return [...values, file.rounding].every((value) => value === undefined || Number.isInteger(value));
}

/** A cell in words: `region=North, age=Total`. */
export function describeAt(at: Readonly<Record<string, string>>): string {
  const codes = Object.entries(at).map(([dimension, code]) => `${dimension}=${code}`);
  return codes.length === 0 ? 'the total' : codes.join(', ');
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DisclosureError(`${what} must be an object.`);
  }
  return value as Record<string, unknown>;
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new DisclosureError(`${what} must be a list.`);
  return value;
}
