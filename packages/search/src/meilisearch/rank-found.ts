import { fieldNorms } from '../ranking/field-norms.ts';
import type { QueryPlan } from '../ranking/query-plan.ts';
import { rerank } from '../ranking/rerank.ts';
import { inverseDocumentFrequency } from '../ranking/statistics.ts';
import { holdsTerm, type QueryTerm, scoreFrequencies } from '../ranking/term-frequencies.ts';
import { rankingWeights } from '../ranking/weights.ts';
import type { CandidateTerm } from './candidate-filters.ts';
import type { CollectionKnowledge } from './collection-knowledge.ts';
import { streamOf } from './ranking-code.ts';
import type { Ranked } from './stored-document.ts';
import { termKey } from './term-key.ts';

/** A document with its score. */
export type Scored = { readonly found: Ranked; readonly score: number };

/** A plan's terms as candidates are looked for by them. */
export function candidateTerms({ terms }: QueryPlan): CandidateTerm[] {
  return terms.map(({ term, weight, idf, anchor }) => ({ term, impact: weight * idf, anchor }));
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
/** Newest first. */
export const byTime = (a: Ranked, b: Ranked) => b.published - a.published || byId(a, b);

/** Candidates by what the first stage says, best first. */
export function bestFirst(hits: readonly Ranked[], plan: QueryPlan, knowledge: CollectionKnowledge): Scored[] {
  const terms = candidateTerms(plan).map(({ term, impact }) => ({ key: termKey(term), impact }));
  return scoreFound(hits, terms, knowledge).sort((a, b) => b.score - a.score || byTime(a.found, b.found));
}

/** Scores candidates as the embedded index does, and orders them best first. */
export function rankFound(hits: readonly Ranked[], plan: QueryPlan, knowledge: CollectionKnowledge): Scored[] {
  const first = bestFirst(hits, plan, knowledge);
  const candidates = first
    .slice(0, rankingWeights.rerank)
    .map(({ found, score }) => ({ score, stream: streamOf(found), lengths: found.lengths }));
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

/** Whether any of some documents holds a term. */
export function holdAny(hits: readonly Ranked[], term: string): boolean {
  const key = termKey(term);
  return hits.some(({ frequencies }) => holdsTerm(frequencies, key));
}

/** The first stage's score of each candidate. */
export function scoreFound(
  hits: readonly Ranked[],
  terms: readonly QueryTerm[],
  knowledge: CollectionKnowledge,
): Scored[] {
  const norms = fieldNorms(knowledge.averageLengths, rankingWeights);
  return hits.map((found) => ({
    found,
    score: scoreFrequencies(found.frequencies, found.lengths, terms, norms, rankingWeights.k1),
  }));
}
