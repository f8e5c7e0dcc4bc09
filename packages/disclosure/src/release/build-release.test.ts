import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attackReleases } from '../attack/attack-releases.ts';
import type { Revision } from '../attack/simulate-network.ts';
import { DisclosureError } from '../disclosure-error.ts';
import {
  type Catalogue,
  type Contribution,
  disclosureRules,
  type PublishedCell,
  type Source,
  type Statement,
} from '../model.ts';
import { formatSymbol, symbolFor } from '../symbols.ts';
import { buildRelease, buildWeakenedRelease, type Release } from './build-release.ts';

const bands = (...codes: string[]) => codes.map((code) => ({ code, label: code }));

/** A small source with every kind of dimension: plain, in bands, and of several codes. */
const cases: Source = {
  id: 'cases',
  title: 'Cases',
  unit: 'cases',
  kind: 'flow',
  shape: { kind: 'records' },
  dimensions: [
    { id: 'region', label: 'Region', levels: [{ id: 'each', bands: bands('north', 'south', 'west') }] },
    {
      id: 'age',
      label: 'Age',
      levels: [
        { id: 'broad', bands: bands('young', 'old') },
        {
          id: 'each',
          bands: [
            { code: 'under-5', label: 'Under 5', within: 'young' },
            { code: '5-to-9', label: '5 to 9', within: 'young' },
            { code: 'old', label: '10 or older', within: 'old' },
          ],
        },
      ],
    },
    { id: 'theme', label: 'Theme', several: true, levels: [{ id: 'each', bands: bands('a', 'b') }] },
  ],
};

const table = (id: string, ...dimensions: string[]) => ({
  id,
  title: id,
  source: 'cases',
  period: 'quarter' as const,
  dimensions: dimensions.map((each) => {
    const [dimension = '', level = 'each'] = each.split('/');
    return { dimension, level };
  }),
  measure: 'number of cases',
  unit: 'cases',
  notes: [],
});

const catalogue: Catalogue = {
  sources: [cases],
  tables: [
    table('by-region-and-age', 'region', 'age/broad'),
    table('by-age', 'age'),
    table('by-theme-and-region', 'theme', 'region'),
  ],
};

const authorities = Array.from({ length: 12 }, (_, index) => `authority-${String(index).padStart(2, '0')}`);
const regionOf = (authority: string) => ['north', 'south', 'west'][authorities.indexOf(authority) % 3] ?? 'west';
const quarter = '2024-Q1';

/** Skewed: most authorities have few cases of a kind, some have many. */
const counts = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.integer({ min: 0, max: 40 }));
const contribution = fc.record({
  authority: fc.constantFrom(...authorities),
  age: fc.constantFrom('under-5', '5-to-9', 'old'),
  theme: fc.constantFrom(['a'], ['b'], ['a', 'b']),
  count: counts,
});
const contributionsOf = (
  drawn: readonly { authority: string; age: string; theme: readonly string[]; count: number }[],
) =>
  drawn.map(
    ({ authority, age, theme, count }): Contribution => ({
      authority,
      period: quarter,
      at: { region: regionOf(authority), age, theme },
      count,
    }),
  );
const network = fc.array(contribution, { minLength: 1, maxLength: 60 }).map(contributionsOf);

const release = (name: string, contributions: readonly Contribution[], earlier: readonly Release[] = []) =>
  buildRelease({
    release: name,
    catalogue,
    quarters: [quarter],
    contributions: { cases: contributions },
    earlier: earlier.map(({ record }) => record),
  });

const shown = (cell: PublishedCell | undefined) =>
  cell === undefined ? undefined : 'value' in cell ? cell.value : cell.symbol;
const find = (built: Release, id: string, at: Record<string, string>) =>
  built.tables
    .find((each) => each.id === id)
    ?.cells.find((cell) => Object.entries(at).every(([dimension, code]) => cell.at[dimension] === code));

/** Everybody's count in a cell, reckoned record by record. */
function truth(contributions: readonly Contribution[], at: Readonly<Record<string, string>>) {
  const byAuthority = new Map<string, number>();
  for (const { authority, at: stated, count } of contributions) {
    const isIn = Object.entries(at).every(([dimension, code]) => {
      if (dimension === 'period' || code === 'Total') return true;
      const own = stated[dimension] ?? '';
      return typeof own === 'string' ? own === code || (code === 'young' && own !== 'old') : own.includes(code);
    });
    if (isIn && count > 0) byAuthority.set(authority, (byAuthority.get(authority) ?? 0) + count);
  }
  const shares = [...byAuthority.values()];
  return { count: shares.reduce((sum, each) => sum + each, 0), shares };
}

describe('whatever the authorities hold', () => {
  const runs = { numRuns: 30, seed: 11 };

  it('every table is a complete matrix, each cell once', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (held) => {
        const built = await release('r1', held);
        expect(built.tables.map(({ cells }) => cells.length)).toEqual([4 * 3, 4, 3 * 4]);
        for (const { cells } of built.tables) {
          expect(new Set(cells.map(({ at }) => JSON.stringify(at))).size).toBe(cells.length);
          for (const cell of cells) expect(cell.at.period).toBe(quarter);
        }
      }),
      { ...runs, numRuns: 10 },
    );
  });

  it('publishes only what the primary rules allow, rounded; a true zero and only it is 0', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (held) => {
        const built = await release('r1', held);
        for (const cell of built.tables.flatMap(({ cells }) => cells)) {
          const { count, shares } = truth(held, cell.at);
          if ('symbol' in cell) {
            expect(cell.symbol).toBe('c');
            continue;
          }
          expect(Math.abs(cell.value - count)).toBeLessThanOrEqual(2);
          expect(cell.value % 5).toBe(0);
          expect(cell.value === 0).toBe(count === 0);
          if (count === 0) continue;
          expect(count).toBeGreaterThan(7);
          expect(shares.length).toBeGreaterThanOrEqual(3);
          expect(Math.max(...shares)).toBeLessThan(0.9 * count);
        }
      }),
      runs,
    );
  });

  it('one cell says the same in every table, and totals and parts never contradict', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (held) => {
        const built = await release('r1', held);
        const met = new Map<string, number | string>();
        for (const cell of built.tables.flatMap(({ cells }) => cells)) {
          const name = Object.entries(cell.at)
            .filter(([, code]) => code !== 'Total')
            .sort()
            .join();
          const value = shown(cell) ?? '';
          expect(met.get(name) ?? value).toBe(value);
          met.set(name, value);
        }
        const ages = ['young', 'old'].map((age) => shown(find(built, 'by-region-and-age', { region: 'Total', age })));
        const total = shown(find(built, 'by-region-and-age', { region: 'Total', age: 'Total' }));
        if (typeof total === 'number' && ages.every((each) => typeof each === 'number')) {
          const sum = (ages as number[]).reduce((all, each) => all + each, 0);
          expect(Math.abs(total - sum)).toBeLessThanOrEqual(2 * 3);
        }
        if (total === 0) expect(ages).toEqual([0, 0]);
      }),
      runs,
    );
  });

  it('nobody narrows anything hidden below six whole numbers: no reader, and no authority', {
    timeout: 90_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(network, async (held) => {
        const built = await release('r1', held);
        expect(built.audit.passed).toBe(true);
        const { recoveries } = await attack([{ built, held, revisions: [] }]);
        expect(recoveries).toEqual([]);
      }),
      runs,
    );
  });

  it('does not depend on the order of the contributions', async () => {
    await fc.assert(
      fc.asyncProperty(
        network.chain((held) => fc.tuple(fc.constant(held), fc.shuffledSubarray(held, { minLength: held.length }))),
        async ([held, shuffled]) => {
          expect((await release('r1', shuffled)).tables).toEqual((await release('r1', held)).tables);
        },
      ),
      { ...runs, numRuns: 8 },
    );
  });

  it('between releases a number moves only for enough records of enough authorities, and nothing hidden appears', {
    timeout: 90_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(network, fc.array(contribution, { maxLength: 25 }).map(contributionsOf), async (held, more) => {
        const first = await release('r1', held);
        // Some records are withdrawn, others arrive late.
        const later = [...held.slice(Math.floor(held.length / 6)), ...more];
        const second = await release('r2', later, [first]);
        for (const [index, before] of first.tables.entries()) {
          for (const [position, cell] of before.cells.entries()) {
            const now = second.tables[index]?.cells[position];
            if ('symbol' in cell) expect(shown(now)).toBe('c');
            else if (shown(now) !== cell.value) {
              expect(Math.abs(truth(later, cell.at).count - truth(held, cell.at).count)).toBeGreaterThanOrEqual(8);
              expect(shown(now) === 'c' || Math.abs(Number(shown(now)) - cell.value) >= 10).toBe(true);
            }
          }
        }
        const changed = new Set([...held.slice(0, Math.floor(held.length / 6)), ...more].map((each) => each.authority));
        const revisions = [...changed].map((authority) => ({ source: 'cases', period: quarter, authority }));
        const { recoveries } = await attack([
          { built: first, held, revisions: [] },
          { built: second, held: later, revisions },
        ]);
        if (second.audit.passed) expect(recoveries).toEqual([]);
      }),
      runs,
    );
  });
});

function attack(series: readonly { built: Release; held: readonly Contribution[]; revisions: readonly Revision[] }[]) {
  return attackReleases({
    catalogue,
    releases: series.map(({ built, revisions }) => ({ quarter, tables: built.tables, revisions })),
    method: { rules: disclosureRules, rounded: true, keeps: true },
    truth: series.map(({ held }) => ({ cases: held })),
    regionOf: new Map(authorities.map((authority) => [authority, regionOf(authority)])),
    colluders: 'all',
  });
}

describe('the rules, one by one', () => {
  /** So many cases for each of so many authorities, spread over three ages and two themes unless told otherwise. */
  const spread = (each: number, of: readonly string[], at: Partial<Record<string, string | string[]>> = {}) =>
    of.flatMap((authority) =>
      ['under-5', '5-to-9', 'old'].flatMap((age) =>
        ['a', 'b'].map(
          (theme): Contribution => ({
            authority,
            period: quarter,
            at: { region: regionOf(authority), age, theme: [theme], ...at },
            count: each,
          }),
        ),
      ),
    );
  const reasonFor = (built: Release, at: Record<string, string>) =>
    built.decisions.find((decision) =>
      ['region', 'age', 'theme'].every((each) => (decision.at[each] ?? 'Total') === (at[each] ?? 'Total')),
    );

  it('hides 1 to 7, and publishes 8', async () => {
    const of = authorities.filter((each) => regionOf(each) === 'north');
    const few = (extra: number): Contribution[] => [
      ...spread(20, authorities, { age: 'old' }),
      ...of.slice(0, 3).map((authority, index) => ({
        authority,
        period: quarter,
        at: { region: 'north', age: 'under-5', theme: ['a'] },
        count: index === 0 ? extra : 2,
      })),
    ];
    const seven = await release('r1', few(3));
    expect(reasonFor(seven, { age: 'under-5' })).toMatchObject({ count: 7, shown: 'c', reason: 'count-1-to-7' });
    const eight = await release('r1', few(4));
    // Shown by the rule for one cell; here it is hidden for the sake of what it would give away of the west.
    expect(reasonFor(eight, { age: 'under-5' })).toMatchObject({ count: 8, reason: 'protects-others' });
    const wide = await release('r1', [...few(4), ...spread(4, authorities, { age: '5-to-9' })]);
    expect(reasonFor(wide, { age: 'under-5' })).toMatchObject({ count: 8, shown: 10, reason: 'published' });
  });

  it('hides what fewer than three authorities make up, and what one makes up to nine tenths', async () => {
    const [a = '', b = '', c = ''] = authorities.filter((each) => regionOf(each) === 'north');
    const south = spread(
      20,
      authorities.filter((each) => regionOf(each) !== 'north'),
    );
    const north = (shares: readonly (readonly [string, number])[]) => [
      ...south,
      ...shares.map(
        ([authority, count]): Contribution => ({
          authority,
          period: quarter,
          at: { region: 'north', age: 'old', theme: ['a'] },
          count,
        }),
      ),
    ];
    const two = await release(
      'r1',
      north([
        [a, 50],
        [b, 50],
      ]),
    );
    expect(reasonFor(two, { region: 'north' })).toMatchObject({
      shown: 'c',
      reason: 'few-authorities',
      authorities: 2,
    });
    const dominated = await release(
      'r1',
      north([
        [a, 90],
        [b, 5],
        [c, 5],
      ]),
    );
    expect(reasonFor(dominated, { region: 'north' })).toMatchObject({ shown: 'c', reason: 'one-authority-dominates' });
    const shared = await release(
      'r1',
      north([
        [a, 89],
        [b, 6],
        [c, 5],
      ]),
    );
    expect(reasonFor(shared, { region: 'north' })).toMatchObject({ shown: 100, reason: 'published' });
  });

  it('treats a zero that would reveal its neighbour as it treats the neighbour', async () => {
    // In the west all cases are old: a shown zero of the young would say so of every child there.
    const west = authorities.filter((each) => regionOf(each) === 'west');
    const held = [
      ...spread(
        6,
        authorities.filter((each) => regionOf(each) !== 'west'),
      ),
      ...spread(6, west, { age: 'old' }),
    ];
    const built = await release('r1', held);
    expect(reasonFor(built, { region: 'west', age: 'young' })).toMatchObject({
      count: 0,
      shown: 'c',
      reason: 'revealing-zero',
    });
  });

  it('keeps a number until eight records of three authorities move it by ten', async () => {
    const held = spread(6, authorities);
    const first = await release('r1', held);
    const total = { region: 'Total', age: 'Total' };
    const extra = (count: number, of: readonly string[]) => [
      ...held,
      ...of.map(
        (authority): Contribution => ({
          authority,
          period: quarter,
          at: { region: regionOf(authority), age: 'old', theme: ['a'] },
          count,
        }),
      ),
    ];
    expect(shown(find(first, 'by-region-and-age', total))).toBe(430);
    const said = async (contributions: readonly Contribution[]) =>
      shown(find(await release('r2', contributions, [first]), 'by-region-and-age', total));
    expect(await said(extra(7, authorities.slice(0, 1)))).toBe(430);
    expect(await said(extra(60, authorities.slice(0, 1)))).toBe(430);
    expect(await said(extra(30, authorities.slice(0, 2)))).toBe(430);
    expect(await said(extra(2, authorities.slice(0, 3)))).toBe(430);
    expect(await said(extra(20, authorities.slice(0, 3)))).toBe(490);
  });

  it('remembers what earlier releases said, the counts behind, and who made them up', async () => {
    const first = await release('r1', spread(6, authorities));
    const said: readonly Statement[] = first.record.statements['cases|2024-Q1'] ?? [];
    expect(said).toMatchObject([{ release: 'r1', count: 432, value: 430, byAuthority: { 'authority-00': 36 } }]);
    expect(JSON.parse(JSON.stringify(first.record))).toEqual(first.record);
  });

  it('gives each decision a sentence', async () => {
    const built = await release('r1', [...spread(6, authorities), ...spread(1, authorities.slice(0, 1))]);
    for (const { sentence } of built.decisions) expect(sentence).toMatch(/^[A-Z].+\.$/);
  });

  it('shows a gap as its symbol, with its reason, and only there', async () => {
    const built = await buildRelease({
      release: 'r1',
      catalogue,
      quarters: [quarter],
      contributions: { cases: spread(6, authorities) },
      earlier: [],
      gaps: [{ source: 'cases', symbol: 'x', at: { region: 'west' }, reason: 'Two authorities have not returned.' }],
    });
    const symbols = built.tables.flatMap(({ cells }) => cells).filter((cell) => 'symbol' in cell);
    expect(symbols.length).toBeGreaterThan(0);
    expect(symbols.every((cell) => cell.at.region === 'west' && shown(cell) === 'x')).toBe(true);
    expect(reasonFor(built, { region: 'west' })?.sentence).toMatch(/Two authorities have not returned\.$/);
  });

  it('refuses a release that exists, a count that is none, and a code that is not in the catalogue', async () => {
    const held = spread(6, authorities);
    const first = await release('r1', held);
    await expect(release('r1', held, [first])).rejects.toThrow(DisclosureError);
    const [one] = held;
    if (one === undefined) throw new Error('No contribution to spoil.');
    await expect(release('r2', [{ ...one, count: 1.5 }])).rejects.toThrow(/whole number/);
    await expect(release('r2', [{ ...one, at: { ...one.at, age: 'ancient' } }])).rejects.toThrow(/not a code/);
    await expect(release('r2', [{ ...one, at: { ...one.at, theme: 'a' } }])).rejects.toThrow(/a list of codes/);
  });
});

describe('a weakened engine', () => {
  // Eight of one kind in the north, the rest nought: without secondary suppression the hidden ones follow.
  const held: Contribution[] = authorities.flatMap((authority) =>
    (['under-5', 'old'] as const).map((age) => ({
      authority,
      period: quarter,
      at: { region: regionOf(authority), age, theme: ['a'] },
      count: age === 'old' ? 9 : authority === 'authority-00' ? 3 : 0,
    })),
  );
  const input = { release: 'r1', catalogue, quarters: [quarter], contributions: { cases: held }, earlier: [] };

  it('is broken without secondary suppression, and not with it', async () => {
    const whole = await buildRelease(input);
    expect((await attack([{ built: whole, held, revisions: [] }])).recoveries).toEqual([]);
    const weak = await buildWeakenedRelease(input, 'secondary-suppression');
    expect(weak.audit.passed).toBe(false);
    expect((await attack([{ built: weak, held, revisions: [] }])).recoveries).not.toEqual([]);
  });
});

describe('symbols in every format', () => {
  it('are bare in CSV and JSON, in brackets in pages and spreadsheets, and never stand for a number', async () => {
    for (const symbol of ['c', 'z', 'x', 'k'] as const) {
      expect(formatSymbol(symbol, 'csv')).toBe(symbol);
      expect(formatSymbol(symbol, 'json')).toBe(symbol);
      expect(formatSymbol(symbol, 'page')).toBe(`[${symbol}]`);
      expect(formatSymbol(symbol, 'spreadsheet')).toBe(`[${symbol}]`);
    }
    expect(symbolFor({ at: {}, value: 0 }, 'csv')).toBeUndefined();
    expect(symbolFor({ at: {}, symbol: 'c' }, 'page')).toBe('[c]');
  });
});
