import { filterFields, type Highlight, type SearchRequest, type SearchResponse } from '@practice-exchange/protocol';
import { deepestResult, type Highlight as FoundHighlight } from '@practice-exchange/search';
import { cardOf } from '../learning/present.ts';
import { adviseOn } from './advice.ts';
import { type Asker, type Context, find } from './find.ts';

const pageSize = 10;

/** Answers a practitioner's search with one page of results, counts over all of them, and advice when there are few. */
export async function search(context: Context, request: SearchRequest, asker: Asker): Promise<SearchResponse> {
  const page = Math.min(request.page ?? 1, deepestResult / pageSize);
  const found = await find(context, request, asker, { offset: (page - 1) * pageSize, limit: pageSize, count: true });
  const facets: SearchResponse['facets'] = {};
  for (const field of filterFields) {
    const counts = found.facets[field];
    if (counts) facets[field] = counts.map(({ code, count }) => ({ code, count }));
  }
  const advice = await adviseOn(context, request, asker, found);
  return {
    total: found.total,
    page,
    pages: Math.ceil(Math.min(found.total, deepestResult) / pageSize),
    results: found.records.map((record) => ({ ...cardOf(record), highlights: record.highlights.map(mutable) })),
    facets,
    asker: { region: asker.region, prevalenceBand: asker.prevalenceBand },
    ...(found.didYouMean === undefined ? {} : { didYouMean: found.didYouMean }),
    ...(advice.length === 0 ? {} : { advice }),
    ...(found.degraded ? { degraded: 'database' as const } : {}),
  };
}

function mutable({ field, segments }: FoundHighlight): Highlight {
  return { field, segments: segments.map((segment) => ({ ...segment })) };
}
