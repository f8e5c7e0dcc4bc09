import { highlight, highlightTerms } from '../highlights.ts';
import type { SearchAnswer, SearchQuery } from '../learning-index.ts';
import { best } from '../ranking/best.ts';
import { fieldNorms } from '../ranking/field-norms.ts';
import { correctedWords, planQuery, type QueryPlan } from '../ranking/query-plan.ts';
import { rerank } from '../ranking/rerank.ts';
import { type CollectionStatistics, inverseDocumentFrequency } from '../ranking/statistics.ts';
import { rankingWeights as defaultWeights, type RankingWeights } from '../ranking/weights.ts';
import type { BitSet } from './bit-set.ts';
import { countFacets } from './count-facets.ts';
import { Accumulator, firstByScore, matching, type NumberedTerm } from './matching.ts';
import type { MemoryIndex } from './memory-index.ts';
import { postingRange } from './segment.ts';

const accumulator = new Accumulator();

/** Answers a query from the index in memory. */
export function answerQuery(
  index: MemoryIndex,
  query: SearchQuery,
  rankingWeights: RankingWeights = defaultWeights,
): Omit<SearchAnswer, 'whole'> {
  const statistics = index.statistics();
  const allowed = index.allowed(query.viewer, query.filter, query.except);
  const plan = planQuery(query.words, statistics, index.spelling, rankingWeights);
  const terms = plan.terms.flatMap(({ term, weight, idf, anchor }): NumberedTerm[] => {
    const number = index.lexicon.numberOf(term);
    return number === undefined ? [] : [{ number, impact: weight * idf, anchor }];
  });
  const scoring = { norms: fieldNorms(statistics.averageLengths, rankingWeights), k1: rankingWeights.k1 };
  const matched = plan.terms.length === 0 ? allowed : matching(index, terms, allowed, scoring);
  const byRank = query.sort === 'relevance' && plan.terms.length > 0;
  const byId = (a: number, b: number) => (index.idOf(a) < index.idOf(b) ? -1 : 1);
  const byTime = (a: number, b: number) => index.publishedAt(b) - index.publishedAt(a) || byId(a, b);
  const byScore = (a: number, b: number) => (scores[b] ?? 0) - (scores[a] ?? 0) || byTime(a, b);
  const page = query.offset + query.limit;
  const wanted = byRank ? Math.max(page, rankingWeights.rerank) : page;
  const mayBeFirst = byRank ? firstByScore(accumulator, index, terms, matched, scoring, wanted) : matched.values();
  const { scores } = accumulator;
  const found = best(mayBeFirst, wanted, byRank ? byScore : byTime);
  const ordered = byRank ? secondStage(index, found, plan, statistics, rankingWeights) : found;
  const total = matched.size;
  const marked = highlightTerms(plan);
  const misspelt = plan.misspellings.filter(({ stem }) => !holds(index, stem, allowed));
  const didYouMean = correctedWords(query.words, misspelt);
  return {
    ...(didYouMean === undefined ? {} : { didYouMean }),
    total,
    hits: ordered.slice(query.offset, query.offset + query.limit).map((slot) => ({
      id: index.idOf(slot),
      score: byRank ? (scores[slot] ?? 0) : 0,
      highlights: highlight(index.passages(slot), marked),
    })),
    facets: countFacets(index.catalogue, matched, query.facets ?? []),
  };
}

/** Whether any of some slots holds a term. */
function holds(index: MemoryIndex, term: string, slots: BitSet): boolean {
  const number = index.lexicon.numberOf(term);
  if (number === undefined) return false;
  return index.segments.some((segment) => {
    const [from, to] = postingRange(segment, number) ?? [0, 0];
    for (let i = from; i < to; i += 1) {
      if ((segment.postingFrequencies[i] ?? 0) > 0 && slots.has(segment.postingSlots[i] ?? 0)) return true;
    }
    return false;
  });
}

function secondStage(
  index: MemoryIndex,
  found: readonly number[],
  plan: QueryPlan,
  statistics: CollectionStatistics,
  weights: RankingWeights,
): number[] {
  const slots = found.slice(0, weights.rerank);
  const candidates = slots.flatMap((slot) => {
    const encoded = index.encoded(slot);
    return encoded === undefined
      ? []
      : [{ score: accumulator.scores[slot] ?? 0, stream: encoded.stream, lengths: encoded.lengths }];
  });
  const sequence = plan.sequence.flatMap((term) => {
    const key = index.lexicon.numberOf(term);
    const idf = inverseDocumentFrequency(statistics.documents, statistics.frequency(term));
    return key === undefined ? [] : [{ key, idf }];
  });
  const scores = rerank(
    candidates,
    {
      sequence,
      documents: statistics.documents,
      averageLengths: statistics.averageLengths,
      frequencyOf: (key) => index.lexicon.frequencyOf(key),
    },
    weights,
  );
  slots.forEach((slot, i) => {
    accumulator.scores[slot] = scores[i] ?? 0;
  });
  slots.sort(
    (a, b) => (accumulator.scores[b] ?? 0) - (accumulator.scores[a] ?? 0) || (index.idOf(a) < index.idOf(b) ? -1 : 1),
  );
  return [...slots, ...found.slice(weights.rerank)];
}
