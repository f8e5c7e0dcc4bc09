import { type HighlightTerms, highlight, highlightTerms } from '../highlights.ts';
import type { FacetField } from '../index-document.ts';
import { deepestResult, type FacetCount, type Hit, type SearchAnswer, type SearchQuery } from '../learning-index.ts';
import { correctedWords, planQuery } from '../ranking/query-plan.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { keyOf } from './edition.ts';
import { type Asked, ask, type Distribution, fetchCandidates, fetchNewest } from './fetch-documents.ts';
import { type EngineFilter, scopeExpressions } from './filter-expression.ts';
import { bestFirst, byTime, candidateTerms, holdAny, rankFound, type Scored } from './rank-found.ts';
import type { Ranked, StoredDocument } from './stored-document.ts';

type Answer = Omit<SearchAnswer, 'whole'>;

/** Answers a query: candidates from the engine, order from the ranker. */
export async function searchCandidates(asked: Asked, query: SearchQuery, signal?: AbortSignal): Promise<Answer> {
  const { knowledge } = asked;
  const plan = planQuery(query.words, knowledge, knowledge.spelling, rankingWeights);
  const filter = scopeExpressions(query);
  if (plan.terms.length === 0) return browse(asked, query, filter, signal);
  const byRank = query.sort === 'relevance';
  const wanted = query.offset + query.limit;
  const terms = candidateTerms(plan);
  const { hits, total, facets } = byRank
    ? await fetchCandidates(asked, terms, filter, query.facets, signal)
    : await fetchNewest(asked, terms, filter, { limit: wanted, facets: query.facets }, signal);
  const first = byRank ? rankFound(hits, plan, knowledge) : newestFirst(hits);
  // Whoever turns so many pages sees what matches besides, always in the same order.
  const others =
    byRank && first.length < Math.min(wanted, total)
      ? await fetchNewest(asked, terms, filter, { limit: deepestResult }, signal)
      : undefined;
  const ordered = [...first, ...bestFirst(without(others?.hits ?? [], hits), plan, knowledge)];
  const page = ordered.slice(query.offset, wanted);
  const stems = new Set(plan.misspellings.map(({ stem }) => stem));
  for (const stem of stems) if (holdAny(hits, stem)) stems.delete(stem);
  const didYouMean = correctedWords(
    query.words,
    plan.misspellings.filter(({ stem }) => stems.has(stem)),
  );
  return {
    ...(didYouMean === undefined ? {} : { didYouMean }),
    total,
    hits: await withHighlights(asked, page, filter, highlightTerms(plan), signal),
    facets: facetCounts(facets, query.facets),
  };
}

const newestFirst = (hits: readonly Ranked[]) => hits.toSorted(byTime).map((found) => ({ found, score: 0 }));

function without(hits: readonly Ranked[], others: readonly Ranked[]): Ranked[] {
  const ids = new Set(others.map(({ id }) => id));
  return hits.filter(({ id }) => !ids.has(id));
}

const nothingMarked = highlightTerms({ terms: [] });

/** Everything that a filter lets through, newest first. */
async function browse(asked: Asked, query: SearchQuery, filter: EngineFilter, signal?: AbortSignal): Promise<Answer> {
  const { hits, total, facets } = await ask(
    asked,
    {
      filter,
      sort: ['published:desc', 'key:asc'],
      offset: query.offset,
      limit: query.limit,
      attributesToRetrieve: ['id', 'passages'],
      facets: [...(query.facets ?? [])],
    },
    signal,
  );
  return {
    total,
    hits: hits.map(({ id, passages }) => ({
      id,
      score: 0,
      highlights: highlight(
        passages.map(([field, text]) => ({ field, text })),
        nothingMarked,
      ),
    })),
    facets: facetCounts(facets, query.facets),
  };
}

async function withHighlights(
  { index, passages }: Asked,
  page: readonly Scored[],
  filter: EngineFilter,
  terms: HighlightTerms,
  signal?: AbortSignal,
): Promise<Hit[]> {
  const brought = await passages.bring(
    page.map(({ found }) => found.edition),
    async (keys) => {
      signal?.throwIfAborted();
      const { results } = await index.getDocuments({
        ids: [...keys],
        filter,
        fields: ['edition', 'passages'],
        limit: keys.length,
      });
      return results as StoredDocument[];
    },
  );
  const onPage = new Map(brought.map((each) => [keyOf(each.edition), each.passages]));
  return page.flatMap(({ found: { edition, id }, score }) => {
    const stored = onPage.get(keyOf(edition));
    // Taken back between the two requests.
    if (stored === undefined) return [];
    const highlights = highlight(
      stored.map(([field, text]) => ({ field, text })),
      terms,
    );
    return [{ id, score, highlights }];
  });
}

function facetCounts(
  distribution: Distribution,
  fields: readonly FacetField[] = [],
): Partial<Record<FacetField, FacetCount[]>> {
  return Object.fromEntries(
    fields.map((field) => [
      field,
      Object.entries(distribution[field] ?? {})
        .map(([code, count]) => ({ code, count }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    ]),
  );
}
