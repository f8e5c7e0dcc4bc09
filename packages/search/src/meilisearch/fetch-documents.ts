import type { SearchParams, SearchResponse } from 'meilisearch';
import type { FacetField } from '../index-document.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { type CandidateTerm, candidateFilters, expected, matchesFilter } from './candidate-filters.ts';
import type { EngineFilter } from './filter-expression.ts';
import type { ManagedIndex } from './managed-index.ts';
import { type Ranked, rankedBy, type StoredDocument, toRanked } from './stored-document.ts';

/** The engine, what is known of the collection, and what is kept of its documents. */
export type Asked = Pick<ManagedIndex, 'index' | 'knowledge' | 'ranked' | 'passages'>;

const edition = 'edition' satisfies keyof StoredDocument;
/** Fewer candidates than this are not asked for, however many the engine finds. */
const fewestWanted = 10;

/** How many documents hold each value, by field. */
export type Distribution = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Some of the documents that match, and what the engine counted of all that do. */
type Found = { readonly hits: Ranked[]; readonly total: number; readonly facets: Distribution };

/**
 * The documents that match and can come first. The engine counts all matches and, beside it, names those that hold most of
 * what the query says: as a facet, which it reads from its index, so that it need not open one document.
 */
export async function fetchCandidates(
  asked: Asked,
  terms: readonly CandidateTerm[],
  filter: EngineFilter,
  facets: readonly FacetField[] = [],
  signal?: AbortSignal,
): Promise<Found> {
  const { matches, promising } = candidateFilters(terms, asked.knowledge);
  const count = (conditions: EngineFilter, counted: readonly string[]) =>
    ask(asked, { filter: [...filter, ...conditions], limit: 0, facets: [...counted] }, signal);
  const name = async (conditions: EngineFilter, wanted: number): Promise<string[]> => {
    const answer = await count(conditions, [edition]);
    const named = Object.keys(answer.facets[edition] ?? {});
    if (named.length >= answer.total || wanted < fewestWanted) return named;
    // Terms that come together more often than by chance: as many fewer are asked for as there were too many, and come first.
    const fewer = (wanted * expected) / answer.total;
    const better = await name(candidateFilters(terms, asked.knowledge, fewer).promising ?? conditions, fewer);
    return better.length < rankingWeights.rerank ? [...better, ...named] : better;
  };
  const [all, best] = await Promise.all([
    count(matches, promising === undefined ? [...facets, edition] : facets),
    promising === undefined ? undefined : name(promising, expected),
  ]);
  const named = new Set(best ?? Object.keys(all.facets[edition] ?? {}));
  return { ...all, hits: await withTerms(asked, named, filter, signal) };
}

/** The newest of the documents that match; no facets unless they are named. */
export async function fetchNewest(
  asked: Asked,
  terms: readonly CandidateTerm[],
  filter: EngineFilter,
  { limit, facets = [] }: { readonly limit: number; readonly facets?: readonly FacetField[] | undefined },
  signal?: AbortSignal,
): Promise<Found> {
  const answer = await ask(
    asked,
    {
      filter: [...filter, ...matchesFilter(terms)],
      sort: ['published:desc', 'key:asc'],
      limit,
      attributesToRetrieve: [edition],
      facets: [...facets],
    },
    signal,
  );
  const named = answer.hits.map((hit) => hit.edition);
  return { ...answer, hits: await withTerms(asked, named, filter, signal) };
}

type Answered = { readonly hits: StoredDocument[]; readonly total: number; readonly facets: Distribution };

/** One request for what a filter lets through. */
export async function ask({ index }: Asked, options: SearchParams, signal?: AbortSignal): Promise<Answered> {
  const answer: SearchResponse<StoredDocument> = await index.search(
    '',
    options,
    signal === undefined ? undefined : { signal },
  );
  return { hits: answer.hits, total: answer.estimatedTotalHits ?? 0, facets: answer.facetDistribution ?? {} };
}

/** What documents are ranked by, without those that were taken back since they were named. */
function withTerms(
  { index, ranked }: Asked,
  editions: Iterable<string>,
  filter: EngineFilter,
  signal?: AbortSignal,
): Promise<Ranked[]> {
  return ranked.bring(editions, async (keys) => {
    signal?.throwIfAborted();
    const { results } = await index.getDocuments({ ids: [...keys], filter, fields: [...rankedBy], limit: keys.length });
    return (results as StoredDocument[]).map(toRanked);
  });
}
