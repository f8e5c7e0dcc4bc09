import { type Candidate, CandidateTerms, type CollectionOfCandidates } from './candidate-terms.ts';
import { addFeedback } from './feedback.ts';
import { addProximity, type QueryWord } from './proximity.ts';
import { smooth } from './smoothing.ts';
import type { RankingWeights } from './weights.ts';

/** What the second stage needs to know: the collection, and the query's stems in the order in which they were typed. */
export type RerankContext = CollectionOfCandidates & { readonly sequence: readonly QueryWord[] };

/**
 * The second stage of ranking: scores for the candidates, in their order, which come best first.
 *
 * To BM25F are added the *proximity* of the query's words and *feedback* from the first few documents; then documents that are alike
 * draw each other's scores together (*smoothing*). Only candidates are looked at, so the cost does not grow with the collection, and an engine
 * that only brings candidates ranks as one that holds every posting.
 */
export function rerank(
  candidates: readonly Candidate[],
  context: RerankContext,
  weights: RankingWeights,
): Float64Array {
  const scores = Float64Array.from(candidates, ({ score }) => score);
  const terms = new CandidateTerms(candidates, context, weights);
  addProximity(scores, terms, context.sequence, weights);
  addFeedback(scores, terms, context.sequence, weights);
  smooth(scores, terms, weights);
  return scores;
}
