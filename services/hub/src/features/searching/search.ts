import { filterFields, type SearchRequest, type SearchResponse, type Viewer } from '@practice-exchange/protocol';
import {
  allOf,
  anyOf,
  deepestResult,
  type Filter,
  type SearchAnswer,
  SearchUnavailable,
} from '@practice-exchange/search';
import type { PrevalenceBand } from '@practice-exchange/vocabulary';
import type { HubContext } from '../../context.ts';
import { cardOf } from '../learning/present.ts';
import { findVisible, searchDatabase } from '../learning/store.ts';

const pageSize = 10;
const engineDeadlineMs = 2500;

/** Who asks: the viewer whose audience is enforced, and the band that "authorities like yours" means. */
export type Asker = Viewer & { prevalenceBand: PrevalenceBand | null };

/**
 * Answers a practitioner's search. The engine finds and ranks within the viewer's audience; the database has the last word
 * on what is shown, so that a record withdrawn a moment ago is not. When the engine is away or slow the database answers.
 */
export async function search(
  context: Pick<HubContext, 'database' | 'index' | 'log'>,
  request: SearchRequest,
  asker: Asker,
): Promise<SearchResponse> {
  const page = Math.min(request.page ?? 1, deepestResult / pageSize);
  const offset = (page - 1) * pageSize;
  const viewer: Viewer = { authority: asker.authority, region: asker.region };
  try {
    const answer = await context.index.search(
      {
        words: request.q,
        viewer,
        filter: filterFrom(request, asker),
        facets: filterFields,
        sort: request.sort ?? 'relevance',
        offset,
        limit: pageSize,
      },
      { signal: AbortSignal.timeout(engineDeadlineMs) },
    );
    return await present(context, answer, viewer, page);
  } catch (error) {
    if (!(error instanceof SearchUnavailable) && !isTimeout(error)) throw error;
    context.log.warn(
      { code: error instanceof SearchUnavailable ? error.code : 'search-deadline' },
      'searching the database',
    );
    return searchWithoutEngine(context, request, asker, page);
  }
}

async function present(
  context: Pick<HubContext, 'database'>,
  answer: SearchAnswer,
  viewer: Viewer,
  page: number,
): Promise<SearchResponse> {
  const records = await findVisible(
    context.database,
    answer.hits.map((hit) => hit.id),
    viewer,
  );
  const results = answer.hits.flatMap((hit) => {
    const record = records.get(hit.id);
    return record ? [{ ...cardOf(record), highlights: hit.highlights.map(mutable) }] : [];
  });
  const total = answer.total - (answer.hits.length - results.length);
  const facets: SearchResponse['facets'] = {};
  for (const field of filterFields) {
    const counts = answer.facets[field];
    if (counts) facets[field] = counts.map(({ code, count }) => ({ code, count }));
  }
  return {
    total,
    page,
    pages: pagesFor(total),
    results,
    facets,
    ...(answer.didYouMean === undefined ? {} : { didYouMean: answer.didYouMean }),
  };
}

async function searchWithoutEngine(
  context: Pick<HubContext, 'database'>,
  request: SearchRequest,
  asker: Asker,
  page: number,
): Promise<SearchResponse> {
  const { likeMine, ...filters } = request.filters ?? {};
  const { total, records } = await searchDatabase(context.database, {
    words: request.q,
    viewer: asker,
    filters: likeMine && asker.prevalenceBand ? { ...filters, prevalenceBand: [asker.prevalenceBand] } : filters,
    offset: (page - 1) * pageSize,
    limit: pageSize,
  });
  return {
    total,
    page,
    pages: pagesFor(total),
    results: records.map((record) => ({ ...cardOf(record), highlights: [] })),
    facets: {},
    degraded: 'database',
  };
}

function filterFrom(request: SearchRequest, asker: Asker): Filter {
  const { likeMine, ...filters } = request.filters ?? {};
  const conditions = filterFields.flatMap((field) => {
    const codes = filters[field];
    return codes && codes.length > 0 ? [anyOf(field, codes)] : [];
  });
  if (likeMine && asker.prevalenceBand) conditions.push(anyOf('prevalenceBand', [asker.prevalenceBand]));
  return allOf(...conditions);
}

function pagesFor(total: number): number {
  return Math.ceil(Math.min(total, deepestResult) / pageSize);
}

function mutable(highlight: SearchAnswer['hits'][number]['highlights'][number]) {
  return { field: highlight.field, segments: highlight.segments.map((segment) => ({ ...segment })) };
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
