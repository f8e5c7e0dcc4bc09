import { best } from './best.ts';
import { bestFirst, type CandidateTerms } from './candidate-terms.ts';
import type { RankingWeights } from './weights.ts';

/** Terms in more than about three documents of ten have less than this inverse document frequency, and make nothing more alike. */
const leastTelling = 1.2;

/**
 * Draws the scores of the first candidates towards the mean of those that are most like them: documents that answer a question tend to be alike (the cluster
 * hypothesis), and one that is by itself among the first is more often there by chance. Local score regularisation of Diaz, "Regularizing ad hoc
 * retrieval scores" (CIKM 2005); likeness is the cosine of what the terms say in BM25F. Candidates behind the first keep their order and stay behind.
 */
export function smooth(scores: Float64Array, candidates: CandidateTerms, { smoothing }: RankingWeights): void {
  const before = scores.slice();
  const order = Uint32Array.from(bestFirst(before));
  const first = order.subarray(0, smoothing.documents);
  const norms = normsOf(candidates);
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of first) {
    const likeness = likenessTo(candidate, candidates, norms);
    const byLikeness = (a: number, b: number) => (likeness[b] as number) - (likeness[a] as number) || a - b;
    let sum = 0;
    let weight = 0;
    for (const other of best(order, smoothing.neighbours, byLikeness)) {
      sum += (likeness[other] as number) * (before[other] as number);
      weight += likeness[other] as number;
    }
    const score = before[candidate] as number;
    if (weight > 0) scores[candidate] = (1 - smoothing.share) * score + (smoothing.share * sum) / weight;
    lowest = Math.min(lowest, scores[candidate] as number);
  }
  const lastBefore = before[first.at(-1) ?? 0] ?? 0;
  for (const candidate of order.subarray(first.length)) {
    scores[candidate] = (before[candidate] as number) + lowest - lastBefore;
  }
}

/** The lengths of the candidates as vectors. */
function normsOf({ size, entriesFrom, entries, saturations, idf }: CandidateTerms): Float64Array {
  const norms = new Float64Array(size);
  for (let candidate = 0; candidate < size; candidate += 1) {
    let sum = 0;
    const to = entriesFrom[candidate + 1] as number;
    for (let entry = entriesFrom[candidate] as number; entry < to; entry += 1) {
      const said = (saturations[entry] as number) * (idf[entries[entry] as number] as number);
      sum += said * said;
    }
    norms[candidate] = Math.sqrt(sum);
  }
  return norms;
}

/** How like each candidate is to one, between 0 and 1; 0 for itself. */
function likenessTo(candidate: number, terms: CandidateTerms, norms: Float64Array): Float64Array {
  const { size, entriesFrom, entries, saturations, idf, holdersFrom, holders, holderSaturations } = terms;
  const likeness = new Float64Array(size);
  const end = entriesFrom[candidate + 1] as number;
  for (let entry = entriesFrom[candidate] as number; entry < end; entry += 1) {
    const term = entries[entry] as number;
    const telling = idf[term] as number;
    if (telling < leastTelling) continue;
    const said = (saturations[entry] as number) * telling * telling;
    const to = holdersFrom[term + 1] as number;
    for (let at = holdersFrom[term] as number; at < to; at += 1) {
      const other = holders[at] as number;
      likeness[other] = (likeness[other] as number) + said * (holderSaturations[at] as number);
    }
  }
  const norm = norms[candidate] as number;
  for (let other = 0; other < size; other += 1) {
    const both = norm * (norms[other] as number);
    likeness[other] = both > 0 && other !== candidate ? (likeness[other] as number) / both : 0;
  }
  return likeness;
}
