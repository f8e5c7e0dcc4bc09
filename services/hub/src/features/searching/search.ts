import { filterFields, type Highlight, type SearchRequest, type SearchResponse } from '@practice-exchange/protocol';
import { deepestResult, type Highlight as FoundHighlight } from '@practice-exchange/search';
import { cardOf } from '../learning/present.ts';
import { adviseOn } from './advice.ts';
import { type Asker, type Context, type Found, find } from './find.ts';

const pageSize = 10;

/** Answers a practitioner's search with one page of results, counts over all of them, and advice when there are few. */
export async function search(context: Context, request: SearchRequest, asker: Asker): Promise<SearchResponse> {
  const page = Math.min(request.page ?? 1, deepestResult / pageSize);
  const wanted = { offset: (page - 1) * pageSize, limit: pageSize, count: filterFields };
  const found = await find(context, request, asker, wanted);
  const facets = await facetsOf(context, request, asker, found);
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
    ...(found.degraded ? { degraded: found.degraded } : {}),
  };
}

/**
 * Counts by field. A field that is filtered by is counted as if it were not, so that its other codes show what they would add; the
 * other fields stay filtered.
 */
async function facetsOf(
  context: Context,
  request: SearchRequest,
  asker: Asker,
  found: Found,
): Promise<SearchResponse['facets']> {
  if (found.degraded) return {};
  const facets: SearchResponse['facets'] = {};
  await Promise.all(
    filterFields.map(async (field) => {
      const { [field]: codes, ...others } = request.filters ?? {};
      const isFiltered = codes !== undefined && codes.length > 0;
      const counted = isFiltered
        ? await find(context, { ...request, filters: others }, asker, { offset: 0, limit: 1, count: [field] })
        : found;
      facets[field] = (counted.facets[field] ?? []).map(({ code, count }) => ({ code, count }));
    }),
  );
  return facets;
}

function mutable({ field, segments }: FoundHighlight): Highlight {
  return { field, segments: segments.map((segment) => ({ ...segment })) };
}
