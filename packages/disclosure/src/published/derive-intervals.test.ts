import { describe, expect, it } from 'vitest';
import { deriveIntervals } from './derive-intervals.ts';
import { readNeutralTables } from './neutral-tables.ts';

type Cell = { at: Record<string, string>; value?: number; suppressed?: boolean };

/** A two-way table from a grid; null is a suppressed cell. First row and column are totals. */
function grid(name: string, rows: string, columns: string, content: (number | null)[][]) {
  const code = (prefix: string, index: number) => (index === 0 ? 'Total' : `${prefix}${index}`);
  const cells = content.flatMap((line, row) =>
    line.map((value, column): Cell => {
      const at = { [rows]: code(rows, row), [columns]: code(columns, column) };
      return value === null ? { at, suppressed: true } : { at, value };
    }),
  );
  return { name, dimensions: [rows, columns], cells };
}

async function derive(file: unknown) {
  const result = await deriveIntervals(readNeutralTables(JSON.stringify(file)));
  return result.suppressed.map(({ lowest, highest, exact }) => ({ lowest, highest, exact }));
}

describe('deriveIntervals on tables as text books show them', () => {
  it('recovers a single suppressed cell of a row by subtraction', async () => {
    const cells = [
      { at: { region: 'Total' }, value: 100 },
      { at: { region: 'A' }, value: 60 },
      { at: { region: 'B' }, value: 37 },
      { at: { region: 'C' }, suppressed: true },
    ];
    expect(await derive({ tables: [{ name: 'one way', dimensions: ['region'], cells }] })).toEqual([
      { lowest: 3, highest: 3, exact: true },
    ]);
  });

  it('leaves two suppressed cells of a row between zero and their sum', async () => {
    const cells = [
      { at: { region: 'Total' }, value: 100 },
      { at: { region: 'A' }, value: 60 },
      { at: { region: 'B' }, suppressed: true },
      { at: { region: 'C' }, suppressed: true },
    ];
    expect(await derive({ tables: [{ name: 'one way', dimensions: ['region'], cells }] })).toEqual([
      { lowest: 0, highest: 40, exact: false },
      { lowest: 0, highest: 40, exact: false },
    ]);
  });

  it('narrows the corners of a suppressed rectangle by their rows and columns', async () => {
    // Rows 20 and 12 and columns 14 and 18 are left for the four corners, so that the first lies between 2 and 14.
    const table = grid('two way', 'r', 'c', [
      [82, 24, 28, 30],
      [35, null, null, 15],
      [27, null, null, 15],
      [20, 10, 10, 0],
    ]);
    expect(await derive({ tables: [table] })).toEqual([
      { lowest: 2, highest: 14, exact: false },
      { lowest: 6, highest: 18, exact: false },
      { lowest: 0, highest: 12, exact: false },
      { lowest: 0, highest: 12, exact: false },
    ]);
  });

  it('recovers a cell whose row and column both have a partner but whose pattern hangs together at one cell only', async () => {
    // Two suppressed cells in every row and column but one block: rows 1 and 2 share columns 1 and 2, and the cell at
    // row 3, column 3 stands alone once the sums of rows 1, 2 and columns 1, 2 are compared.
    const table = grid('lone link', 'r', 'c', [
      [90, 30, 30, 30],
      [30, null, null, 10],
      [30, null, null, 10],
      [30, 10, 10, null],
    ]);
    expect((await derive({ tables: [table] })).at(-1)).toEqual({ lowest: 10, highest: 10, exact: true });
  });

  it('recovers a cell where two zeros pin the rest', async () => {
    const table = grid('zeros', 'r', 'c', [
      [9, 4, 5],
      [9, null, null],
      [0, 0, 0],
    ]);
    expect(await derive({ tables: [table] })).toEqual([
      { lowest: 4, highest: 4, exact: true },
      { lowest: 5, highest: 5, exact: true },
    ]);
  });

  it('recovers through a second table with a shared margin what each table protects', async () => {
    const byAge = grid('region by age', 'region', 'age', [
      [50, 30, 20],
      [25, null, null],
      [25, null, null],
    ]);
    expect((await derive({ tables: [byAge] })).every(({ exact }) => !exact)).toBe(true);
    const bySex = {
      name: 'region by age by sex',
      dimensions: ['region', 'age', 'sex'],
      cells: [
        { at: { region: 'region1', age: 'age1', sex: 'f' }, value: 7 },
        { at: { region: 'region1', age: 'age1', sex: 'm' }, value: 11 },
      ],
    };
    expect(await derive({ tables: [byAge, bySex] })).toEqual([
      { lowest: 18, highest: 18, exact: true },
      { lowest: 7, highest: 7, exact: true },
      { lowest: 12, highest: 12, exact: true },
      { lowest: 13, highest: 13, exact: true },
    ]);
  });

  it('recovers by the difference of nested bands', async () => {
    const tables = [
      {
        name: 'narrow bands',
        dimensions: ['age'],
        cells: [
          { at: { age: '0-9' }, value: 40 },
          { at: { age: '10-12' }, suppressed: true },
          { at: { age: '13-15' }, value: 22 },
        ],
      },
      {
        name: 'wide bands',
        dimensions: ['age'],
        cells: [
          { at: { age: '0-9' }, value: 40 },
          { at: { age: '10-15' }, value: 24 },
        ],
      },
    ];
    const hierarchies = { age: { '10-12': '10-15', '13-15': '10-15' } };
    expect(await derive({ tables, hierarchies })).toEqual([{ lowest: 2, highest: 2, exact: true }]);
  });

  it('uses all three margins of a three-way table at once', async () => {
    // All two-way margins of a 2 x 2 x 2 table leave one degree of freedom: 0 to 2 for the first cell.
    const margin = (name: string, a: string, b: string) =>
      grid(name, a, b, [
        [8, 4, 4],
        [4, 2, 2],
        [4, 2, 2],
      ]);
    const cube = {
      name: 'cube',
      dimensions: ['a', 'b', 'c'],
      cells: [{ at: { a: 'a1', b: 'b1', c: 'c1' }, suppressed: true }],
    };
    const margins = [margin('ab', 'a', 'b'), margin('ac', 'a', 'c'), margin('bc', 'b', 'c')];
    expect(await derive({ tables: [...margins, cube] })).toEqual([{ lowest: 0, highest: 2, exact: false }]);
  });

  it('treats a cell that is not listed as unknown and does not report it', async () => {
    const cells = [
      { at: { region: 'Total' }, value: 10 },
      { at: { region: 'A' }, value: 4 },
      { at: { region: 'B' }, suppressed: true },
    ];
    const linked = { name: 'other', dimensions: ['region'], cells: [{ at: { region: 'C' }, value: 1 }] };
    expect(await derive({ tables: [{ name: 't', dimensions: ['region'], cells }, linked] })).toEqual([
      { lowest: 5, highest: 5, exact: true },
    ]);
  });

  it('widens with rounding, and ends at whole numbers', async () => {
    const cells = [
      { at: { region: 'Total' }, value: 100 },
      { at: { region: 'A' }, value: 60 },
      { at: { region: 'B' }, suppressed: true },
    ];
    const table = { name: 't', dimensions: ['region'], cells };
    expect(await derive({ tables: [table], rounding: 5 })).toEqual([{ lowest: 36, highest: 44, exact: false }]);
    expect(await derive({ tables: [table], rounding: 5, suppressedBetween: [1, 40] })).toEqual([
      { lowest: 36, highest: 40, exact: false },
    ]);
  });

  it('knows that several codes may apply to one record', async () => {
    const cells = [
      { at: { theme: 'Total' }, value: 10 },
      { at: { theme: 'a' }, value: 9 },
      { at: { theme: 'b' }, suppressed: true },
    ];
    const table = { name: 't', dimensions: ['theme'], several: ['theme'], cells };
    expect(await derive({ tables: [table] })).toEqual([{ lowest: 1, highest: 10, exact: false }]);
  });
});

describe('what the neutral format refuses', () => {
  const table = { name: 't', dimensions: ['a'], cells: [{ at: { a: 'x' }, value: 1 }] };
  it.each([
    ['{', /^The file is not JSON/],
    [JSON.stringify({}), /"tables" of the file must be a list/],
    [JSON.stringify({ tables: [] }), /holds no tables/],
    [JSON.stringify({ tables: [{ ...table, name: '' }] }), /Table 1 has no "name"/],
    [JSON.stringify({ tables: [{ ...table, cells: [{ at: { b: 'x' }, value: 1 }] }] }), /has the dimension "b"/],
    [JSON.stringify({ tables: [{ ...table, cells: [{ at: { a: 'x' } }] }] }), /needs a number/],
    [JSON.stringify({ tables: [{ ...table, cells: [{ at: { a: 'x' }, value: -1 }] }] }), /below zero/],
    [JSON.stringify({ tables: [{ ...table, cells: [...table.cells, ...table.cells] }] }), /twice/],
    [JSON.stringify({ tables: [table], rounding: 0 }), /"rounding"/],
    [JSON.stringify({ tables: [table], hierarchies: { a: { x: 'y', y: 'x' } } }), /circle/],
  ])('%s', (text, message) => {
    expect(() => readNeutralTables(text)).toThrow(message);
  });

  it('says that tables contradict each other', async () => {
    const cells = [
      { at: { a: 'Total' }, value: 3 },
      { at: { a: 'x' }, value: 5 },
    ];
    await expect(derive({ tables: [{ name: 't', dimensions: ['a'], cells }] })).rejects.toThrow(/contradict/);
  });
});
