import type { MultiSearchQueryWithFederation } from 'meilisearch';
import { type HighlightTerms, highlight, highlightTerms } from '../highlights.ts';
import type { FacetField } from '../index-document.ts';
import type { FacetCount, Hit, SearchAnswer, SearchQuery } from '../learning-index.ts';
import { fieldNorms } from '../ranking/field-norms.ts';
import { correctedWords, planQuery, type QueryPlan } from '../ranking/query-plan.ts';
import { rerank } from '../ranking/rerank.ts';
import { scoreCandidate } from '../ranking/score-candidate.ts';
import { inverseDocumentFrequency } from '../ranking/statistics.ts';
import { TermTable } from '../ranking/term-table.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { type CandidateTerm, candidateFilters } from './candidate-filters.ts';
import type { CollectionKnowledge } from './collection-knowledge.ts';
import { type EngineFilter, scopeExpressions } from './filter-expression.ts';
import type { ManagedIndex } from './managed-index.ts';
import { type Ranked, rankedBy, type StoredDocument, toRanked } from './stored-document.ts';
import { termKey } from './term-key.ts';

/** The engine, what is known of the collection, and what is kept of its documents. */
export type Asked = Pick<ManagedIndex, 'client' | 'index' | 'knowledge' | 'ranked' | 'passages'>;

/** More than are ranked twice: the engine's order is coarser than the first stage's, which chooses among these. */
const candidatesLookedAt = 300;

type Answer = Omit<SearchAnswer, 'whole'>;

/** Answers a query: candidates from the engine, order from the ranker. */
export async function searchCandidates(asked: Asked, query: SearchQuery, signal?: AbortSignal): Promise<Answer> {
  const { knowledge } = asked;
  const plan = planQuery(query.words, knowledge, knowledge.spelling, rankingWeights);
  const filter = scopeExpressions(query);
  if (plan.terms.length === 0) return browse(asked, query, filter, signal);
  const byRank = query.sort === 'relevance';
  const wanted = query.offset + query.limit;
  const { hits, total, facets } = await fetchCandidates(
    asked,
    candidateTerms(plan),
    {
      filter,
      limit: byRank ? Math.max(wanted, candidatesLookedAt) : wanted,
      ...(byRank ? {} : { newest: true }),
      ...(query.facets === undefined ? {} : { facets: query.facets }),
    },
    signal,
  );
  const ranked = rankFound(hits, plan, knowledge);
  const ordered = byRank ? ranked : ranked.sort((a, b) => byTime(a.found, b.found));
  const page = ordered.slice(query.offset, wanted);
  const stems = new Set(plan.misspellings.map(({ stem }) => stem));
  for (const stem of stems) if (hits.some(({ stream }) => stream.includes(termKey(stem)))) stems.delete(stem);
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

/** Scores candidates as the embedded index does, and orders them best first. */
function rankFound(hits: readonly Ranked[], plan: QueryPlan, knowledge: CollectionKnowledge) {
  const first = scoreFound(
    hits,
    candidateTerms(plan).map(({ term, impact }) => ({ key: termKey(term), impact })),
    knowledge,
  ).sort((a, b) => b.score - a.score || byTime(a.found, b.found));
  const candidates = first.slice(0, rankingWeights.rerank).map(({ found, score }) => ({ ...found, score }));
  const sequence = plan.sequence
    .filter((term) => knowledge.frequency(term) > 0 || hits.some(({ stream }) => stream.includes(termKey(term))))
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

/** The first stage's score of each candidate. */
export function scoreFound(
  hits: readonly Ranked[],
  terms: readonly { readonly key: number; readonly impact: number }[],
  knowledge: CollectionKnowledge,
): { found: Ranked; score: number }[] {
  const table = new TermTable(terms.map(({ key }) => key));
  const impacts = terms.map(({ impact }) => impact);
  const norms = fieldNorms(knowledge.averageLengths, rankingWeights);
  return hits.map((found) => ({
    found,
    score: scoreCandidate(found.stream, found.lengths, table, impacts, norms, rankingWeights.k1),
  }));
}

type CandidateOptions = {
  readonly filter: EngineFilter;
  readonly limit: number;
  readonly newest?: boolean;
  readonly facets?: readonly FacetField[];
  readonly fields?: readonly (keyof StoredDocument)[];
};

type Distribution = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** One federated request for documents that match: what is most promising first, or what is newest. */
export async function fetchCandidates(
  asked: Asked,
  terms: readonly CandidateTerm[],
  { filter, limit, newest, facets, fields = [] }: CandidateOptions,
  signal?: AbortSignal,
): Promise<{ hits: (Ranked & StoredDocument)[]; total: number; facets: Distribution }> {
  const { client, index, knowledge } = asked;
  const filters = candidateFilters(terms, knowledge);
  const queries = (newest ? filters.slice(-1) : filters).map(
    (candidates): MultiSearchQueryWithFederation => ({
      indexUid: index.uid,
      filter: [...filter, ...candidates],
      attributesToRetrieve: ['key', 'digest', ...fields],
      ...(newest ? { sort: ['published:desc', 'key:asc'] } : {}),
    }),
  );
  const answer = await client.multiSearch<{ federation: object; queries: typeof queries }, StoredDocument>(
    {
      federation: {
        limit,
        ...(facets === undefined || facets.length === 0 ? {} : { facetsByIndex: { [index.uid]: [...facets] } }),
      },
      queries,
    },
    signal === undefined ? undefined : { signal },
  );
  const hits = answer.hits as unknown as StoredDocument[];
  return {
    hits: await withTerms(asked, hits, filter, signal),
    total: ('estimatedTotalHits' in answer ? Number(answer.estimatedTotalHits) : hits.length) || 0,
    facets: answer.facetsByIndex?.[index.uid]?.distribution ?? {},
  };
}

/** Hits with what they are ranked by. */
async function withTerms<Hit extends Pick<StoredDocument, 'key' | 'digest'>>(
  { index, ranked }: Asked,
  hits: readonly Hit[],
  filter: EngineFilter,
  signal?: AbortSignal,
): Promise<(Hit & Ranked)[]> {
  const terms = await ranked.bring(hits, async (keys) => {
    signal?.throwIfAborted();
    const { results } = await index.getDocuments({
      ids: [...keys],
      filter,
      fields: [...rankedBy],
      limit: keys.length,
    });
    return (results as StoredDocument[]).map(toRanked);
  });
  return hits.flatMap((hit) => {
    const its = terms.get(hit.key);
    // Taken back between the two requests.
    return its === undefined ? [] : [{ ...hit, ...its }];
  });
}

const nothingMarked = highlightTerms({ terms: [] });

/** Everything that a filter lets through, newest first. */
async function browse(
  { index }: Asked,
  query: SearchQuery,
  filter: EngineFilter,
  signal?: AbortSignal,
): Promise<Answer> {
  const answer = await index.search(
    '',
    {
      filter,
      sort: ['published:desc', 'key:asc'],
      offset: query.offset,
      limit: query.limit,
      attributesToRetrieve: ['id', 'passages'],
      ...(query.facets === undefined ? {} : { facets: [...query.facets] }),
    },
    signal === undefined ? undefined : { signal },
  );
  return {
    total: answer.estimatedTotalHits,
    hits: answer.hits.map(({ id, passages }) => ({
      id,
      score: 0,
      highlights: highlight(
        passages.map(([field, text]) => ({ field, text })),
        nothingMarked,
      ),
    })),
    facets: facetCounts(answer.facetDistribution ?? {}, query.facets),
  };
}

async function withHighlights(
  { index, passages }: Asked,
  page: readonly { readonly found: Ranked; readonly score: number }[],
  filter: EngineFilter,
  terms: HighlightTerms,
  signal?: AbortSignal,
): Promise<Hit[]> {
  const onPage = await passages.bring(
    page.map(({ found }) => found),
    async (keys) => {
      signal?.throwIfAborted();
      const { results } = await index.getDocuments({
        ids: [...keys],
        filter,
        fields: ['key', 'digest', 'passages'],
        limit: keys.length,
      });
      return results as StoredDocument[];
    },
  );
  return page.flatMap(({ found: { key, id }, score }) => {
    const stored = onPage.get(key)?.passages;
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
