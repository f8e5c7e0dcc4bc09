import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contribution } from '../model.ts';
import { attack, authorities, find, quarter, regionOf, release, shown } from './small-release.ts';

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
