import type { Settings } from 'meilisearch';
import { facetFields } from '../index-document.ts';
import { settingsVersionOf } from '../settings-version.ts';

/**
 * The engine's settings. It is given stems and concepts as words, so everything by which it would interpret words is off: typing
 * errors, prefixes and proximity are the hub's business, and an index without them is small and quick to build.
 */
const settings: Settings = {
  searchableAttributes: ['titleTerms', 'otherTerms'],
  filterableAttributes: [
    {
      attributePatterns: [...facetFields, 'audience', 'key'],
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
    {
      attributePatterns: ['published'],
      features: { facetSearch: false, filter: { equality: false, comparison: true } },
    },
  ],
  sortableAttributes: ['published', 'key'],
  rankingRules: ['sort', 'words', 'attributeRank'],
  typoTolerance: { enabled: false },
  prefixSearch: 'disabled',
  facetSearch: false,
  proximityPrecision: 'byAttribute',
  faceting: { maxValuesPerFacet: 1000, sortFacetValuesBy: { '*': 'count' } },
  pagination: { maxTotalHits: 1000 },
  localizedAttributes: [{ attributePatterns: ['*'], locales: ['eng'] }],
};

/** What the index was built with. */
export const meilisearchVersion = settingsVersionOf('meilisearch', 1, settings);

const marker = (version: string) => `settings-${version}`;

/**
 * The settings with their version written into them, as the name of a displayed attribute that no document has. So the version
 * belongs to the index, moves with it when indexes are swapped, and is there from the first document on.
 */
export function markedSettings(version: string): Settings {
  return { ...settings, displayedAttributes: ['*', marker(version)] };
}

/** Whether an index was built with these settings. */
export function isMarked(found: Settings, version: string): boolean {
  return found.displayedAttributes?.includes(marker(version)) ?? false;
}
