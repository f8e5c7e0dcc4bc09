import { describe, expect, it } from 'vitest';
import { DisclosureError } from '../disclosure-error.ts';
import type { Contribution, Statement } from '../model.ts';
import { buildRelease, buildWeakenedRelease, type Release } from './build-release.ts';
import { attack, authorities, catalogue, find, quarter, regionOf, release, shown } from './small-release.ts';

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
