import { describe, expect, it } from 'vitest';
import { barChart } from './bar-chart.ts';
import type { ChartSpec, Figure } from './chart.ts';
import { lineChart } from './line-chart.ts';

const suppressed = { symbol: 'c', meaning: 'suppressed so that nobody can be identified' };

function spec(values: readonly Figure[], changes: Partial<ChartSpec> = {}): ChartSpec {
  return {
    id: 'referrals',
    title: 'Referrals <rose>',
    subtitle: 'Referrals by quarter',
    categoryLabel: 'Quarter',
    categories: values.map((_value, at) => ({ label: `Quarter ${at + 1}` })),
    unit: 'referrals',
    series: [{ label: 'School & college', values }],
    ...changes,
  };
}

describe.each([
  ['lineChart', lineChart],
  ['barChart', barChart],
])('%s', (_name, draw) => {
  it('is one image with a name and a description, its parts hidden, no inline style', () => {
    const { wide, narrow } = draw(spec([10, 20, 30]));
    for (const svg of [String(wide), String(narrow)]) {
      expect(svg).toMatch(/^<svg [^>]*role="img"/);
      expect(svg.match(/role="img"/g)).toHaveLength(1);
      expect(svg).toContain('>Referrals &lt;rose&gt;</title>');
      expect(svg).toContain('School &amp; college: from 10 in Quarter 1 to 30 in Quarter 3.');
      expect(svg).toContain('<g aria-hidden="true">');
      expect(svg).not.toMatch(/style=|NaN|undefined|Infinity/);
    }
    expect(/id="([^"]+)-title"/.exec(String(wide))?.[1]).not.toBe(/id="([^"]+)-title"/.exec(String(narrow))?.[1]);
  });

  it('holds the same numbers in its table, symbols explained', () => {
    const { table } = draw(spec([1200, suppressed, null]));
    expect(table.rows).toEqual([
      ['Quarter 1', '1,200'],
      ['Quarter 2', { text: '[c]', meaning: suppressed.meaning }],
      ['Quarter 3', { text: '[x]', meaning: 'not available' }],
    ]);
    expect(table.notes).toEqual(['[c] means suppressed so that nobody can be identified.', '[x] means not available.']);
  });

  it('shows the symbol where a number is withheld, and says how many are not shown', () => {
    const svg = String(draw(spec([5, suppressed, 7])).wide);
    expect(svg).toContain('>[c]</text>');
    expect(svg).toContain('from 5 in Quarter 1 to 7 in Quarter 3, 1 not shown.');
  });

  it('draws even when nothing can be shown', () => {
    const svg = String(draw(spec([suppressed, null])).wide);
    expect(svg).toContain('no figures can be shown');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each([
    [
      'five series',
      spec([1], { series: Array.from({ length: 5 }, () => ({ label: 'a', values: [1] })) }),
      /one to four/,
    ],
    ['no series', spec([1], { series: [] }), /one to four/],
    ['lengths that differ', spec([1, 2], { categories: [{ label: 'a' }] }), /2 values for 1 categories/],
    ['a negative value', spec([-1]), /negative/],
    ['a value that is not a number', spec([Number.NaN]), /not a number/],
    ['no categories', spec([]), /no categories/],
    ['an id that is not one', spec([1], { id: 'a b' }), /letters, digits/],
  ])('refuses %s', (_what, wrong, fault) => {
    expect(() => draw(wrong)).toThrow(fault);
  });
});

describe('lineChart', () => {
  it('leaves a gap where there is no number instead of drawing through it', () => {
    const path =
      /class="app-chart__line" d="([^"]+)"/.exec(String(lineChart(spec([1, 2, null, 4, 5])).wide))?.[1] ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
  });

  it('starts its axis at nought', () => {
    expect(String(lineChart(spec([1000, 1010])).wide)).toContain('>0</text>');
  });
});

describe('barChart', () => {
  it('draws lengths in proportion to values', () => {
    const widths = [...String(barChart(spec([50, 100])).wide).matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(
      ([, width]) => Number(width),
    );
    expect(widths).toHaveLength(2);
    expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(2, 2);
  });
});
