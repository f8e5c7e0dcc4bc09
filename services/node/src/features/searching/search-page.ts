import type { SearchRequest, SearchResponse, SearchResult } from '@practice-exchange/protocol';
import { countOf, pagination } from '@practice-exchange/web';
import { paths } from '../../paths.ts';
import { addressOfSearch } from './search-address.ts';
import { adviceOf, chipsOf, filterGroups, keptFields, keptUnoffered, lensOf } from './search-words.ts';

const pageSize = 10;
const passagesShown = 2;

const partOfRecord: Record<string, string> = {
  situation: 'Situation',
  response: 'What was done',
  whatHappened: 'What happened',
  whatWorked: 'What worked',
  whatDidNot: 'What did not work',
  learningPoints: 'Learning point',
  nextTime: 'Next time',
};

/** What a part of a record is called above a passage from it. */
export function nameOfPart(field: string): string {
  return partOfRecord[field] ?? 'From the record';
}

/** The views of one search, each with an address of its own. */
export function viewsOf(search: SearchRequest, current: 'records' | 'what-was-done') {
  const { q, filters, favour } = search;
  const bare = { q, ...(filters ? { filters } : {}), ...(favour ? { favour } : {}) };
  return [
    { href: addressOfSearch(paths.search, search), text: 'Learning records', current: current === 'records' },
    { href: addressOfSearch(paths.whatWasDone, bare), text: 'What did they do?', current: current === 'what-was-done' },
  ];
}

/** Everything that the page of results shows. */
export function searchPage(search: SearchRequest, answer: SearchResponse) {
  const href = (request: SearchRequest) => addressOfSearch(paths.search, request);
  const found =
    answer.total === 0
      ? 'No learning records found'
      : `${countOf(answer.total, 'learning record')}${search.q === '' ? '' : ' found'}`;
  const pages = answer.pages > 1 ? ` (page ${answer.page} of ${answer.pages})` : '';
  return {
    title: `${found}${pages}`,
    heading: found,
    search,
    degraded: answer.degraded !== undefined,
    results: answer.results.map(cardOf),
    views: viewsOf(search, 'records'),
    ...chipsOf(paths.search, search),
    groups: groupsOf(search, answer),
    kept: keptUnoffered(search),
    lens: lensOf(search, answer.asker),
    advice: adviceOf(paths.search, search, answer),
    didYouMean: answer.didYouMean
      ? { words: answer.didYouMean, href: href({ ...search, q: answer.didYouMean, page: 1 }) }
      : null,
    sorts:
      search.q === '' || answer.total < 2
        ? []
        : [
            {
              text: 'Most relevant',
              href: href({ ...search, sort: 'relevance', page: 1 }),
              current: search.sort !== 'newest',
            },
            { text: 'Newest', href: href({ ...search, sort: 'newest', page: 1 }), current: search.sort === 'newest' },
          ],
    pages: pagination({
      page: answer.page,
      pageSize,
      total: Math.min(answer.total, answer.pages * pageSize),
      pageHref: (page) => href({ ...search, page }),
    }),
  };
}

/** The form with the words and filters of a search, while there is nobody to answer it. */
export function searchPageWhileAway(search: SearchRequest) {
  return {
    search,
    views: viewsOf(search, 'records'),
    ...chipsOf(paths.search, search),
    groups: groupsOf(search, { facets: {}, degraded: 'database' }),
    // Who asks is not known, so what comes first cannot be offered; what was chosen is kept.
    kept: [
      ...keptFields({ q: search.q, filters: { likeMine: search.filters?.likeMine }, favour: search.favour }),
      ...keptUnoffered(search),
    ],
  };
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

function cardOf(result: SearchResult) {
  const passages = result.highlights.filter(({ field }) => field !== 'title' && field !== 'summary');
  const marked = new Set(
    result.highlights.flatMap(({ segments }) =>
      segments.flatMap(({ text, mark }) => (mark ? [text.toLowerCase()] : [])),
    ),
  );
  return {
    ...result,
    titleSegments: result.highlights.find(({ field }) => field === 'title')?.segments ?? unmarked(result.title),
    summarySegments: markWords(result.summary, marked),
    passages: passages
      .filter(({ segments }) => segments.some(({ mark }) => mark))
      .slice(0, passagesShown)
      .map(({ field, segments }) => ({ part: nameOfPart(field), segments })),
  };
}

function unmarked(text: string) {
  return [{ text, mark: false }];
}

/** A text with those of its words marked that are marked elsewhere; what is marked as a phrase is not taken apart. */
function markWords(text: string, marked: ReadonlySet<string>) {
  return text
    .split(/([\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*)/u)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, mark: marked.has(part.toLowerCase()) }));
}
