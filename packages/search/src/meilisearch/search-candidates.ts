import type { SearchParams, SearchResponse } from 'meilisearch';
import { type HighlightTerms, highlight, highlightTerms } from '../highlights.ts';
import type { FacetField } from '../index-document.ts';
import { deepestResult, type FacetCount, type Hit, type SearchAnswer, type SearchQuery } from '../learning-index.ts';
import { fieldNorms } from '../ranking/field-norms.ts';
import { correctedWords, planQuery, type QueryPlan } from '../ranking/query-plan.ts';
import { rerank } from '../ranking/rerank.ts';
import { inverseDocumentFrequency } from '../ranking/statistics.ts';
import { holdsTerm, type QueryTerm, scoreFrequencies } from '../ranking/term-frequencies.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { type CandidateTerm, candidateFilters, expected } from './candidate-filters.ts';
import type { CollectionKnowledge } from './collection-knowledge.ts';
import { keyOf } from './edition.ts';
import { type EngineFilter, scopeExpressions } from './filter-expression.ts';
import type { ManagedIndex } from './managed-index.ts';
import { type Ranked, rankedBy, type StoredDocument, toRanked } from './stored-document.ts';
import { termKey } from './term-key.ts';

/** The engine, what is known of the collection, and what is kept of its documents. */
export type Asked = Pick<ManagedIndex, 'client' | 'index' | 'knowledge' | 'ranked' | 'passages'>;

const edition = 'edition' satisfies keyof StoredDocument;
/** Fewer candidates than this are not asked for, however many the engine finds. */
const fewestWanted = 10;

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
    first.length < Math.min(wanted, total)
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

/** A plan's terms as candidates are looked for by them. */
export function candidateTerms({ terms }: QueryPlan): CandidateTerm[] {
  return terms.map(({ term, weight, idf, anchor }) => ({ term, impact: weight * idf, anchor }));
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const byTime = (a: Ranked, b: Ranked) => b.published - a.published || byId(a, b);

const newestFirst = (hits: readonly Ranked[]) => hits.toSorted(byTime).map((found) => ({ found, score: 0 }));

function without(hits: readonly Ranked[], others: readonly Ranked[]): Ranked[] {
  const ids = new Set(others.map(({ id }) => id));
  return hits.filter(({ id }) => !ids.has(id));
}

/** Candidates by what the first stage says, best first. */
function bestFirst(hits: readonly Ranked[], plan: QueryPlan, knowledge: CollectionKnowledge) {
  const terms = candidateTerms(plan).map(({ term, impact }) => ({ key: termKey(term), impact }));
  return scoreFound(hits, terms, knowledge).sort((a, b) => b.score - a.score || byTime(a.found, b.found));
}

/** Scores candidates as the embedded index does, and orders them best first. */
export function rankFound(hits: readonly Ranked[], plan: QueryPlan, knowledge: CollectionKnowledge) {
  const first = bestFirst(hits, plan, knowledge);
  const candidates = first.slice(0, rankingWeights.rerank).map(({ found, score }) => ({ ...found, score }));
  const sequence = plan.sequence
    .filter((term) => knowledge.frequency(term) > 0 || holdAny(hits, term))
    .map((term) => ({
      key: termKey(term),
      idf: inverseDocumentFrequency(knowledge.documents, knowledge.frequency(term)),
    }));
  const scores = rerank(
    candidates,
    {
      sequence,
      documents: knowledge.documents,
      averageLengths: knowledge.averageLengths,
      frequencyOf: (key) => knowledge.frequencyOf(key),
    },
    rankingWeights,
  );
  const reranked = first
    .slice(0, rankingWeights.rerank)
    .map(({ found }, i) => ({ found, score: scores[i] ?? 0 }))
    .sort((a, b) => b.score - a.score || byId(a.found, b.found));
  return [...reranked, ...first.slice(rankingWeights.rerank)];
}

function holdAny(hits: readonly Ranked[], term: string): boolean {
  const key = termKey(term);
  return hits.some(({ frequencies }) => holdsTerm(frequencies, key));
}

/** The first stage's score of each candidate. */
export function scoreFound(
  hits: readonly Ranked[],
  terms: readonly QueryTerm[],
  knowledge: CollectionKnowledge,
): { found: Ranked; score: number }[] {
  const norms = fieldNorms(knowledge.averageLengths, rankingWeights);
  return hits.map((found) => ({
    found,
    score: scoreFrequencies(found.frequencies, found.lengths, terms, norms, rankingWeights.k1),
  }));
}

type Distribution = Readonly<Record<string, Readonly<Record<string, number>>>>;

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
    const better = candidateFilters(terms, asked.knowledge, fewer).promising ?? conditions;
    return [...(await name(better, fewer)), ...named];
  };
  const [all, best] = await Promise.all([
    count(matches, promising === undefined ? [...facets, edition] : facets),
    promising === undefined ? undefined : name(promising, expected),
  ]);
  const named = new Set(best ?? Object.keys(all.facets[edition] ?? {}));
  return { ...all, hits: await withTerms(asked, named, filter, signal) };
}

/** The newest of the documents that match. */
async function fetchNewest(
  asked: Asked,
  terms: readonly CandidateTerm[],
  filter: EngineFilter,
  { limit, facets = [] }: { readonly limit: number; readonly facets?: readonly FacetField[] | undefined },
  signal?: AbortSignal,
): Promise<Found> {
  const answer = await ask(
    asked,
    {
      filter: [...filter, ...candidateFilters(terms, asked.knowledge).matches],
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

async function ask({ index }: Asked, options: SearchParams, signal?: AbortSignal): Promise<Answered> {
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
  page: readonly { readonly found: Ranked; readonly score: number }[],
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
