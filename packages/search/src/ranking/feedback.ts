import { best } from './best.ts';
import { bestFirst, type CandidateTerms, partCount } from './candidate-terms.ts';
import type { QueryWord } from './proximity.ts';
import type { RankingWeights } from './weights.ts';

/**
 * Adds to the scores of candidates what the words that tell the first few documents from the collection say, taken as a longer question, as in
 * RM3 (Abdul-Jaleel and others, TREC 2004). `sequence` is the scale: all of them together say `feedback.weight` times what the query's own words say.
 */
export function addFeedback(
  scores: Float64Array,
  candidates: CandidateTerms,
  sequence: readonly QueryWord[],
  { feedback, k1 }: RankingWeights,
): void {
  const first = bestFirst(scores).slice(0, feedback.documents);
  const highest = scores[first[0] ?? 0] ?? 0;
  if (!(highest > 0)) return;
  const { termCount, stream, partsFrom, holdersFrom, holders, holderSaturations } = candidates;
  const model = new Float64Array(termCount);
  const said: number[] = [];
  for (const candidate of first) {
    const trust = ((scores[candidate] as number) / highest) ** feedback.trust;
    const share = trust / Math.max(stemsOf(candidates, candidate), feedback.shortest);
    for (let part = candidate * partCount; part < (candidate + 1) * partCount; part += 2) {
      const to = partsFrom[part + 1] as number;
      for (let at = partsFrom[part] as number; at < to; at += 1) {
        const term = stream[at] as number;
        const before = model[term] as number;
        if (before === 0) said.push(term);
        model[term] = before + share;
      }
    }
  }
  const telling = mostTelling(said, model, candidates, feedback.terms);
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

type TellingTerm = { readonly term: number; readonly value: number };

/** Of the terms that the first documents say, those that tell them from the collection most, best first. */
function mostTelling(
  said: readonly number[],
  model: Float64Array,
  { idf, keys, collection }: CandidateTerms,
  limit: number,
): readonly TellingTerm[] {
  // A term of one document only finds that document again.
  const shared = said.filter((term) => collection.frequencyOf(keys[term] as number) > 1);
  const toldBy = (term: number) => (model[term] as number) * (idf[term] as number);
  const byValue = (a: number, b: number) => toldBy(b) - toldBy(a) || (keys[a] as number) - (keys[b] as number);
  return best(Uint32Array.from(shared), limit, byValue).map((term) => ({ term, value: toldBy(term) }));
}
