import { bestFirst, type CandidateTerms, type CollectionOfCandidates, partCount } from './candidate-terms.ts';
import type { QueryWord } from './proximity.ts';
import type { RankingWeights } from './weights.ts';

/**
 * Adds to the scores of candidates what the words that tell the first few documents from the collection say, taken as a longer question, as in
 * RM3 (Abdul-Jaleel and others, TREC 2004). `sequence` is the scale: all of them together say `feedback.weight` times what the query's own words say.
 */
export function addFeedback(
  scores: Float64Array,
  candidates: CandidateTerms,
  { sequence, frequencyOf }: CollectionOfCandidates & { readonly sequence: readonly QueryWord[] },
  { feedback, k1 }: RankingWeights,
): void {
  const first = bestFirst(scores).slice(0, feedback.documents);
  const highest = scores[first[0] ?? 0] ?? 0;
  if (!(highest > 0)) return;
  const { termCount, stream, partsFrom, keys, holdersFrom, holders, holderSaturations } = candidates;
  const model = new Float64Array(termCount);
  for (const candidate of first) {
    const trust = ((scores[candidate] as number) / highest) ** feedback.trust;
    const share = trust / Math.max(stemsOf(candidates, candidate), feedback.shortest);
    for (let part = candidate * partCount; part < (candidate + 1) * partCount; part += 2) {
      const to = partsFrom[part + 1] as number;
      for (let at = partsFrom[part] as number; at < to; at += 1) {
        const term = stream[at] as number;
        model[term] = (model[term] as number) + share;
      }
    }
  }
  // A term of one document only finds that document again.
  const shared = (term: number) => frequencyOf(keys[term] as number) > 1;
  const telling = mostTelling(model, candidates, shared, feedback.terms);
  const all = telling.reduce((sum, { value }) => sum + value, 0);
  if (!(all > 0)) return;
  const scale = (feedback.weight * sequence.reduce((sum, { idf }) => sum + idf, 0) * (k1 + 1)) / all;
  for (const { term, value } of telling) {
    const to = holdersFrom[term + 1] as number;
    for (let at = holdersFrom[term] as number; at < to; at += 1) {
      const candidate = holders[at] as number;
      scores[candidate] = (scores[candidate] as number) + scale * value * (holderSaturations[at] as number);
    }
  }
}

/** The length of a candidate in stems. */
function stemsOf({ partsFrom }: CandidateTerms, candidate: number): number {
  let length = 0;
  for (let part = candidate * partCount; part < (candidate + 1) * partCount; part += 2) {
    length += (partsFrom[part + 1] as number) - (partsFrom[part] as number);
  }
  return length;
}

type TellingTerm = { readonly term: number; readonly key: number; readonly value: number };

/** The terms that tell the first documents from the collection most, best first. */
function mostTelling(
  model: Float64Array,
  candidates: CandidateTerms,
  counts: (term: number) => boolean,
  limit: number,
): TellingTerm[] {
  const best: TellingTerm[] = [];
  for (let term = 0; term < model.length; term += 1) {
    if (model[term] === 0) continue;
    const value = (model[term] as number) * (candidates.idf[term] as number);
    const key = candidates.keys[term] as number;
    const last = best.at(-1);
    if (best.length === limit && last !== undefined && (value < last.value || (value === last.value && key > last.key)))
      continue;
    if (!counts(term)) continue;
    let at = best.length;
    while (at > 0) {
      const before = best[at - 1] as TellingTerm;
      if (before.value > value || (before.value === value && before.key < key)) break;
      at -= 1;
    }
    best.splice(at, 0, { term, key, value });
    if (best.length > limit) best.pop();
  }
  return best;
}
