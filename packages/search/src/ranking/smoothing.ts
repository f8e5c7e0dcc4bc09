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
  const order = bestFirst(before);
  const first = order.slice(0, smoothing.documents);
  const norms = normsOf(candidates);
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of first) {
    const { sum, weight } = nearest(likenessTo(candidate, candidates, norms), before, smoothing.neighbours);
    const score = before[candidate] as number;
    if (weight > 0) scores[candidate] = (1 - smoothing.share) * score + (smoothing.share * sum) / weight;
    lowest = Math.min(lowest, scores[candidate] as number);
  }
  const lastBefore = before[first.at(-1) ?? 0] ?? 0;
  for (const candidate of order.slice(first.length)) {
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

/** The scores of the candidates that are most like one, weighted by how like they are, and the sum of those weights. */
function nearest(likeness: Float64Array, scores: Float64Array, count: number): { sum: number; weight: number } {
  const best: number[] = [];
  for (let candidate = 0; candidate < likeness.length; candidate += 1) {
    const like = likeness[candidate] as number;
    if (like === 0 || (best.length === count && like <= (likeness[best[count - 1] as number] as number))) continue;
    let at = best.length;
    while (at > 0 && like > (likeness[best[at - 1] as number] as number)) at -= 1;
    best.splice(at, 0, candidate);
    if (best.length > count) best.pop();
  }
  let sum = 0;
  let weight = 0;
  for (const candidate of best) {
    const like = likeness[candidate] as number;
    sum += like * (scores[candidate] as number);
    weight += like;
  }
  return { sum, weight };
}
