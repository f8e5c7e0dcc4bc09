import type { Settings } from 'meilisearch';
import { facetFields } from '../index-document.ts';
import { settingsVersionOf } from '../settings-version.ts';

/**
 * The engine's settings. It is given terms as values to filter by and no text to search: how words are interpreted is the hub's
 * business, and an index without them is small and quick to build.
 */
const settings: Settings = {
  searchableAttributes: [],
  filterableAttributes: [
    {
      attributePatterns: [...facetFields, 'audience', 'terms', 'edition'],
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
    {
      attributePatterns: ['key'],
      features: { facetSearch: false, filter: { equality: true, comparison: true } },
    },
    {
      attributePatterns: ['published'],
      features: { facetSearch: false, filter: { equality: false, comparison: true } },
    },
  ],
  sortableAttributes: ['published', 'key'],
  rankingRules: ['sort'],
  facetSearch: false,
  faceting: { maxValuesPerFacet: 1000, sortFacetValuesBy: { '*': 'count', edition: 'alpha' } },
  // Totals are cut off here.
  pagination: { maxTotalHits: 100_000_000 },
};

/** What the index was built with. */
export const meilisearchVersion = settingsVersionOf('meilisearch', 5, settings);

const marker = (version: string) => `settings-${version}`;
const wholeMarker = 'index-is-whole';

/**
 * What is written into the settings as synonyms of words that nobody asks for: the version, and whether the index is whole. So both
 * belong to the index, move with it when indexes are swapped, go when it is wiped, and are there from the first document on. (The server
 * keeps synonyms as they were given and reads no document anew for them.)
 */
export function marks(version: string, whole: boolean): Settings {
  return { synonyms: { [marker(version)]: ['settings'], ...(whole ? { [wholeMarker]: ['whole'] } : {}) } };
}

/** The settings with what is written into them, for an index that is not whole. */
export function markedSettings(version: string): Settings {
  return { ...settings, ...marks(version, false) };
}

/** Whether an index is marked as whole. */
export function isMarkedWhole(found: Settings): boolean {
  return found.synonyms?.[wholeMarker] !== undefined;
}

/** Whether an index was built with these settings. */
export function isMarked(found: Settings, version: string): boolean {
  return found.synonyms?.[marker(version)] !== undefined;
}
