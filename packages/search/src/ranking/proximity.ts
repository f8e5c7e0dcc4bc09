import { type CandidateTerms, partCount } from './candidate-terms.ts';
import { fieldCount, type RankingWeights } from './weights.ts';

/** A stem of the query by its key, with its inverse document frequency. */
export type QueryWord = { readonly key: number; readonly idf: number };

type Pair = { readonly at: number; readonly first: number; readonly second: number; readonly impact: number };

/**
 * Adds to the scores of candidates what neighbouring words of the query say that are found together or near each other, as in
 * the sequential dependence model (Metzler and Croft, SIGIR 2005), saturated like a term.
 */
export function addProximity(
  scores: Float64Array,
  candidates: CandidateTerms,
  sequence: readonly QueryWord[],
  { proximity, k1 }: RankingWeights,
): void {
  const { pairs, places, pairsOf } = pairsOfWords(sequence, candidates);
  if (pairs.length === 0) return;
  const lastSeen = new Int32Array(pairsOf.length);
  const adjacent = new Float64Array(pairs.length);
  const near = new Float64Array(pairs.length);
  const { size, stream, partsFrom } = candidates;
  for (let candidate = 0; candidate < size; candidate += 1) {
    adjacent.fill(0);
    near.fill(0);
    // The labels, which come last, have no word order to speak of, and neither have concepts.
    for (let field = 0; field < fieldCount - 1; field += 1) {
      const part = candidate * partCount + field * 2;
      const from = partsFrom[part] as number;
      const to = partsFrom[part + 1] as number;
      lastSeen.fill(-1_000_000);
      for (let at = from; at < to; at += 1) {
        const place = places[stream[at] as number] as number;
        if (place === 0) continue;
        for (const pair of pairsOf[place] ?? []) {
          const other = pair.first === place ? pair.second : pair.first;
          const distance = at - (lastSeen[other] as number);
          if (distance <= proximity.window) near[pair.at] = (near[pair.at] as number) + 1 / distance;
          if (distance === 1 && pair.second === place) adjacent[pair.at] = (adjacent[pair.at] as number) + 1;
        }
        lastSeen[place] = at;
      }
    }
    let sum = 0;
    for (const { at, impact } of pairs) {
      const a = adjacent[at] as number;
      const n = near[at] as number;
      sum += impact * ((proximity.adjacent * a) / (a + k1) + (proximity.near * n) / (n + k1));
    }
    scores[candidate] = (scores[candidate] as number) + sum;
  }
}

/** The pairs of neighbouring words that candidates hold, each once; the place of each such word from 1, by number of its term; and the pairs of each place. */
function pairsOfWords(sequence: readonly QueryWord[], candidates: CandidateTerms) {
  const places = new Uint16Array(candidates.termCount);
  const pairsOf: Pair[][] = [[]];
  const placeOf = (key: number) => {
    const term = candidates.numberOf(key);
    if (term < 0) return 0;
    if (places[term] === 0) places[term] = pairsOf.push([]) - 1;
    return places[term] as number;
  };
  const pairs: Pair[] = [];
  for (let i = 1; i < sequence.length; i += 1) {
    const [a, b] = [sequence[i - 1] as QueryWord, sequence[i] as QueryWord];
    const [first, second] = [placeOf(a.key), placeOf(b.key)];
    if (first === 0 || second === 0 || first === second) continue;
    if (pairs.some((pair) => pair.first === first && pair.second === second)) continue;
    const pair = { at: pairs.length, first, second, impact: Math.min(a.idf, b.idf) };
    pairs.push(pair);
    pairsOf[first]?.push(pair);
    pairsOf[second]?.push(pair);
  }
  return { pairs, places, pairsOf };
}
