import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveIntervals } from './derive-intervals.ts';
import { readNeutralTables } from './neutral-tables.ts';

type Cell = { at: Record<string, string>; value?: number; suppressed?: boolean };

async function derive(file: unknown) {
  const { suppressed } = await deriveIntervals(readNeutralTables(JSON.stringify(file)));
  return suppressed.map(({ lowest, highest }) => [lowest, highest]);
}

/** A table from rows of `code … = value`; `?` is a suppressed cell, `.` the total. */
function table(name: string, dimensions: string[], rows: string, extra: object = {}) {
  const cells = rows
    .trim()
    .split('\n')
    .map((row): Cell => {
      const words = row.trim().split(/\s+/);
      const at = Object.fromEntries(dimensions.map((dimension, index) => [dimension, word(words[index])]));
      return words.at(-1) === '?' ? { at, suppressed: true } : { at, value: Number(words.at(-1)) };
    });
  return { name, dimensions, cells, ...extra };
}

const word = (code: string | undefined) => (code === undefined || code === '.' ? 'Total' : code);

/** A two-way table with totals last, as text books print it; `?` is a suppressed cell. */
function grid(name: string, rows: string, columns: string, print: string) {
  const lines = print
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const code = (list: unknown[], index: number, prefix: string) =>
    index === list.length - 1 ? '.' : `${prefix}${index + 1}`;
  const cells = lines.flatMap((line, row) =>
    line.map((value, column) => `${code(lines, row, rows)} ${code(line, column, columns)} ${value}`),
  );
  return table(name, [rows, columns], cells.join('\n'));
}

describe('tables whose intervals follow by hand', () => {
  it('the investments of three regions and three activities, four cells suppressed', async () => {
    // Rows leave 30 and 29, columns 25 and 34 for the four: the second lies between 34 - 29 and 30.
    const investments = grid(
      'investments',
      'activity',
      'region',
      `20 50 10  80
        ? 19  ?  49
        ? 32  ?  61
       45 101 44 190`,
    );
    expect(await derive({ tables: [investments] })).toEqual([
      [0, 25],
      [5, 30],
      [0, 25],
      [4, 29],
    ]);
  });

  it('amounts with decimals end at decimals, counts at whole numbers', async () => {
    const amounts = grid(
      'amounts',
      'r',
      'c',
      `? ? 2.5
       ? ? 3.25
       1.75 4 5.75`,
    );
    expect(await derive({ tables: [amounts] })).toEqual([
      [0, 1.75],
      [0.75, 2.5],
      [0, 1.75],
      [1.5, 3.25],
    ]);
  });

  it('a total that is not given, but is given by another table', async () => {
    const bySex = table('by sex', ['place', 'sex'], 'a f 3\n a m ?\n b f 2\n b m 6');
    const byAge = table('by age', ['place', 'age'], 'a young 4\n a old 8\n b young 1\n b old 7');
    expect(await derive({ tables: [bySex, byAge] })).toEqual([[9, 9]]);
  });

  it('suppressed totals, bounded by what their parts leave', async () => {
    const suppressedMargin = grid(
      'margin',
      'r',
      'c',
      `4 5 ?
       ? 2 ?
       9 7 16`,
    );
    expect(await derive({ tables: [suppressedMargin] })).toEqual([
      [9, 9],
      [5, 5],
      [7, 7],
    ]);
  });

  it('no total at all: nothing limits a suppressed cell from above', async () => {
    const open = table('open', ['place'], 'a 4\n b ?');
    expect(await derive({ tables: [open] })).toEqual([[0, Number.POSITIVE_INFINITY]]);
  });

  it('a number beside the flag is the hidden one, and is not used', async () => {
    const cells = [
      { at: { place: 'Total' }, value: 10 },
      { at: { place: 'a' }, value: 3, suppressed: true },
      { at: { place: 'b' }, value: 7, suppressed: true },
    ];
    expect(await derive({ tables: [{ name: 't', dimensions: ['place'], cells }] })).toEqual([
      [0, 10],
      [0, 10],
    ]);
  });

  it('rounded numbers of one table beside exact ones of another', async () => {
    const rounded = table('rounded', ['place'], '. 20\n a 10\n b ?', { rounding: 5 });
    expect(await derive({ tables: [rounded] })).toEqual([[6, 14]]);
    const exact = table('exact', ['place'], '. 19');
    expect(await derive({ tables: [rounded, exact] })).toEqual([[7, 11]]);
  });

  it('counts known to lie between 1 and 7', async () => {
    const line = table('line', ['place'], '. 20\n a 8\n b ?\n c ?');
    expect(await derive({ tables: [line], suppressedBetween: [1, 7] })).toEqual([
      [5, 7],
      [5, 7],
    ]);
  });
});

describe('totals within totals', () => {
  it('districts within regions, found from what is listed together', async () => {
    const nested = table(
      'districts',
      ['region', 'district'],
      `. . 100
       north . 60
       south . 40
       north n1 25
       north n2 ?
       south s1 ?
       south s2 ?`,
    );
    expect(await derive({ tables: [nested] })).toEqual([
      [35, 35],
      [0, 40],
      [0, 40],
    ]);
  });

  it('a region that is not broken down stays whole', async () => {
    const nested = table(
      'districts',
      ['region', 'district'],
      '. . 100\n north . ?\n south . 40\n north n1 25\n north n2 ?',
    );
    expect(await derive({ tables: [nested] })).toEqual([
      [60, 60],
      [35, 35],
    ]);
  });

  it('three steps of one dimension, told by "hierarchies"', async () => {
    const codes = table('codes', ['place'], '. 90\n north ?\n south 50\n n1 12\n n2 ?\n n2a 20\n n2b ?');
    const hierarchies = { place: { n1: 'north', n2: 'north', n2a: 'n2', n2b: 'n2' } };
    expect(await derive({ tables: [codes], hierarchies })).toEqual([
      [40, 40],
      [28, 28],
      [8, 8],
    ]);
  });

  it('codes that are independent of one another are not taken for nested', async () => {
    // Listed once each, but the margins say that every a meets every b.
    const inner = table('inner', ['a', 'b', 'c'], 'a1 b1 c1 ?');
    const square = (a: string, b: string) =>
      table(`${a}${b}`, [a, b], `${a}1 ${b}1 2\n ${a}1 ${b}2 2\n ${a}2 ${b}1 2\n ${a}2 ${b}2 2`);
    expect(await derive({ tables: [square('a', 'b'), square('a', 'c'), square('b', 'c'), inner] })).toEqual([[0, 2]]);
  });

  it('a combination that is not listed is unknown, unless the file says that it does not occur', async () => {
    const sparse = table('sparse', ['r', 'c'], '. . 10\n r1 . 6\n r2 . 4\n . c1 7\n . c2 3\n r1 c1 ?\n r2 c1 2');
    expect(await derive({ tables: [sparse] })).toEqual([[5, 5]]);
    const open = table('open', ['r', 'c'], 'r1 . 6\n r2 . 4\n r1 c1 ?\n r2 c1 2\n r2 c2 2');
    expect(await derive({ tables: [open] })).toEqual([[0, 6]]);
    expect(await derive({ tables: [open], unlisted: 'absent' })).toEqual([[6, 6]]);
  });
});

describe('intervals are those that whole numbers reach', () => {
  /** All values of each suppressed cell, by trying every one. */
  function byTrial(size: readonly [number, number, number], values: readonly number[], hidden: readonly number[]) {
    const [rows, columns, layers] = size;
    const lines: number[][] = [];
    const index = (r: number, c: number, l: number) => (r * columns + c) * layers + l;
    for (let r = 0; r < rows; r += 1)
      for (let c = 0; c < columns; c += 1) lines.push(Array.from({ length: layers }, (_, l) => index(r, c, l)));
    for (let r = 0; r < rows; r += 1)
      for (let l = 0; l < layers; l += 1) lines.push(Array.from({ length: columns }, (_, c) => index(r, c, l)));
    for (let c = 0; c < columns; c += 1)
      for (let l = 0; l < layers; l += 1) lines.push(Array.from({ length: rows }, (_, r) => index(r, c, l)));
    const left = lines.map((line) =>
      line.filter((cell) => hidden.includes(cell)).reduce((sum, cell) => sum + (values[cell] ?? 0), 0),
    );
    const through = values.map((_, cell) => lines.flatMap((line, number) => (line.includes(cell) ? [number] : [])));
    const met = hidden.map(() => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number]);
    const chosen: number[] = [];
    const go = (position: number) => {
      const cell = hidden[position];
      if (cell === undefined) {
        if (left.some((rest) => rest !== 0)) return;
        met.forEach((ends, each) => {
          ends[0] = Math.min(ends[0], chosen[each] ?? 0);
          ends[1] = Math.max(ends[1], chosen[each] ?? 0);
        });
        return;
      }
      const mine = through[cell] ?? [];
      const most = Math.min(...mine.map((line) => left[line] ?? 0));
      const isLast = (line: number) => !hidden.slice(position + 1).some((other) => through[other]?.includes(line));
      for (let value = 0; value <= most; value += 1) {
        if (mine.some((line) => isLast(line) && left[line] !== value)) continue;
        for (const line of mine) left[line] = (left[line] ?? 0) - value;
        chosen[position] = value;
        go(position + 1);
        for (const line of mine) left[line] = (left[line] ?? 0) + value;
      }
    };
    go(0);
    return met;
  }

  it('agrees with trying every possibility, in tables of three dimensions with all their margins', {
    timeout: 60_000,
  }, async () => {
    const size = [3, 3, 3] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 27, maxLength: 27 }),
        fc.array(fc.boolean(), { minLength: 27, maxLength: 27 }),
        async (values, flags) => {
          const hidden = flags.flatMap((flag, cell) => (flag ? [cell] : [])).slice(0, 16);
          const codes = (cell: number) => [`r${Math.floor(cell / 9)}`, `c${Math.floor(cell / 3) % 3}`, `l${cell % 3}`];
          const rows = values.map((value, cell) => `${codes(cell).join(' ')} ${hidden.includes(cell) ? '?' : value}`);
          const sums = new Map<string, number>();
          values.forEach((value, cell) => {
            codes(cell).forEach((_, position) => {
              const margin = codes(cell)
                .map((code, each) => (each === position ? '.' : code))
                .join(' ');
              sums.set(margin, (sums.get(margin) ?? 0) + value);
            });
          });
          const cube = table(
            'cube',
            ['r', 'c', 'l'],
            [...rows, ...[...sums].map(([at, sum]) => `${at} ${sum}`)].join('\n'),
          );
          expect(await derive({ tables: [cube] })).toEqual(byTrial(size, values, hidden));
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });
});
