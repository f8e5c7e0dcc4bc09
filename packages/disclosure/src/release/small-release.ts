// What the tests of releases share.
import { attackReleases } from '../attack/attack-releases.ts';
import type { Revision } from '../attack/simulate-network.ts';
import { type Catalogue, type Contribution, disclosureRules, type PublishedCell, type Source } from '../model.ts';
import { buildRelease, type Release } from './build-release.ts';

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

export const catalogue: Catalogue = {
  sources: [cases],
  tables: [
    table('by-region-and-age', 'region', 'age/broad'),
    table('by-age', 'age'),
    table('by-theme-and-region', 'theme', 'region'),
  ],
};

export const authorities = Array.from({ length: 12 }, (_, index) => `authority-${String(index).padStart(2, '0')}`);
export const regionOf = (authority: string) => ['north', 'south', 'west'][authorities.indexOf(authority) % 3] ?? 'west';
export const quarter = '2024-Q1';

export const release = (name: string, contributions: readonly Contribution[], earlier: readonly Release[] = []) =>
  buildRelease({
    release: name,
    catalogue,
    quarters: [quarter],
    contributions: { cases: contributions },
    earlier: earlier.map(({ record }) => record),
  });

export const shown = (cell: PublishedCell | undefined) =>
  cell === undefined ? undefined : 'value' in cell ? cell.value : cell.symbol;
export const find = (built: Release, id: string, at: Record<string, string>) =>
  built.tables
    .find((each) => each.id === id)
    ?.cells.find((cell) => Object.entries(at).every(([dimension, code]) => cell.at[dimension] === code));

export function attack(
  series: readonly { built: Release; held: readonly Contribution[]; revisions: readonly Revision[] }[],
) {
  return attackReleases({
    catalogue,
    releases: series.map(({ built, revisions }) => ({ quarter, tables: built.tables, revisions })),
    method: { rules: disclosureRules, rounded: true, keeps: true },
    truth: series.map(({ held }) => ({ cases: held })),
    regionOf: new Map(authorities.map((authority) => [authority, regionOf(authority)])),
    colluders: 'all',
  });
}
