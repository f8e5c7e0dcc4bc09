import type { SearchRequest, SearchResponse } from '@practice-exchange/protocol';
import { paths } from '../../paths.ts';
import { addressOfSearch } from './search-address.ts';
import { adviceOf, chipsOf, filterGroups, keptFields, keptUnoffered, lensOf } from './search-words.ts';

/** The views of one search, each with an address of its own. */
const views = [
  { path: paths.search, text: 'Learning records' },
  { path: paths.whatWasDone, text: 'What did they do?' },
] as const;

export type ViewPath = (typeof views)[number]['path'];

/** What a view shows around what it found: the box, the filters with their counts, what is in use, and what would find more. */
export function searchForm(path: ViewPath, search: SearchRequest, answer: SearchResponse) {
  return {
    ...askedOf(path, search),
    groups: groupsOf(search, answer),
    kept: keptUnoffered(search),
    lens: lensOf(search, answer.asker),
    advice: adviceOf(path, search, answer),
    didYouMean: answer.didYouMean
      ? { words: answer.didYouMean, href: addressOfSearch(path, { ...search, q: answer.didYouMean, page: 1 }) }
      : null,
  };
}

/** The form with the words and filters of a search, while there is nobody to answer it. */
export function searchFormWhileAway(path: ViewPath, search: SearchRequest) {
  return {
    ...askedOf(path, search),
    groups: groupsOf(search, { facets: {}, degraded: 'database' }),
    // Who asks is not known, so what comes first cannot be offered; what was chosen is kept.
    kept: [
      ...keptFields({ q: search.q, filters: { likeMine: search.filters?.likeMine }, favour: search.favour }),
      ...keptUnoffered(search),
    ],
  };
}

function askedOf(path: ViewPath, search: SearchRequest) {
  return {
    path,
    search,
    views: views.map((view) => ({
      href: addressOfSearch(view.path, view.path === paths.search ? search : withoutOrder(search)),
      text: view.text,
      current: view.path === path,
    })),
    ...chipsOf(path, search),
  };
}

/** A search as a view that has neither pages nor an order asks it. */
export function withoutOrder({ q, filters, favour }: SearchRequest): Pick<SearchRequest, 'q' | 'filters' | 'favour'> {
  return { q, ...(filters ? { filters } : {}), ...(favour ? { favour } : {}) };
}

function groupsOf(search: SearchRequest, answer: Pick<SearchResponse, 'facets' | 'degraded'>) {
  return filterGroups
    .map(({ field, label, codes }) => {
      const chosen = new Set<string>(search.filters?.[field] ?? []);
      const counts = new Map((answer.facets[field] ?? []).map(({ code, count }) => [code, count]));
      const items = codes
        // Without counts (the engine is away) every code can be chosen.
        .filter(({ code }) => answer.degraded || chosen.has(code) || (counts.get(code) ?? 0) > 0)
        .map(({ code, label: text }) => ({
          value: code,
          text: answer.degraded ? text : `${text} (${counts.get(code) ?? 0})`,
          checked: chosen.has(code),
        }));
      return { field, label, items, chosen: chosen.size };
    })
    .filter(({ items }) => items.length > 0);
}
