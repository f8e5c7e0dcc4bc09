import type { SearchRequest, SearchResponse, SearchResult } from '@practice-exchange/protocol';
import { countOf, pagination } from '@practice-exchange/web';
import { paths } from '../../paths.ts';
import { addressOfSearch } from './search-address.ts';
import { searchForm } from './search-form.ts';
import { titleOfSearch } from './search-title.ts';

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

/** Everything that the page of results shows. */
export function searchPage(search: SearchRequest, answer: SearchResponse) {
  const href = (request: SearchRequest) => addressOfSearch(paths.search, request);
  const { total, page, pages } = answer;
  const found = total === 0 ? 'No learning records found' : countOf(total, 'learning record');
  return {
    ...searchForm(paths.search, search, answer),
    title: titleOfSearch(found, search, { page, pages }),
    heading: total === 0 || search.q === '' ? found : `${found} found`,
    degraded: answer.degraded,
    results: answer.results.map(cardOf),
    sorts:
      search.q === '' || total < 2
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
      page,
      pageSize,
      total: Math.min(total, pages * pageSize),
      pageHref: (wanted) => href({ ...search, page: wanted }),
    }),
  };
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
