import { fieldNorms, normLength } from './field-norms.ts';
import { inverseDocumentFrequency } from './statistics.ts';
import { TermSums, TermTable } from './term-table.ts';
import { fieldCount, type RankingWeights } from './weights.ts';

/**
 * A document that the first stage found: its BM25F score, and its terms as numbers in the layout of the index (for each
 * ranked field its stems in reading order, then its concepts; `lengths` says how many of each).
 */
export type Candidate = { readonly score: number; readonly stream: Uint32Array; readonly lengths: Uint16Array };

/** What the second stage needs to know: the query's terms as numbers, and the collection. */
export type RerankContext = {
  /** The query's stems in the order in which they were typed, each with its inverse document frequency. */
  readonly sequence: readonly { readonly key: number; readonly idf: number }[];
  /** What the query's words can score at most: the scale for what is added to it. */
  readonly documents: number;
  readonly averageLengths: readonly number[];
  /** In how many documents of the whole network a term is, by its number. */
  frequencyOf(key: number): number;
};

/**
 * The second stage of ranking: scores for the candidates, in their order, which come best first.
 *
 * Two things are added to BM25F. *Proximity*: neighbouring words of the query found together or near each other, as in
 * the sequential dependence model (Metzler and Croft, SIGIR 2005), saturated like a term. *Feedback*: the words that
 * tell the first few documents from the collection are taken as a longer question, as in RM3 (Abdul-Jaleel and others, TREC
 * 2004). Only candidates are looked at, so the cost does not grow with the collection, and an engine that only brings candidates ranks as one that
 * holds every posting.
 */
export function rerank(
  candidates: readonly Candidate[],
  context: RerankContext,
  weights: RankingWeights,
): Float64Array {
  const scores = Float64Array.from(candidates, ({ score }) => score);
  addProximity(scores, candidates, context, weights);
  addFeedback(scores, candidates, context, weights);
  return scores;
}

type Pair = { readonly at: number; readonly first: number; readonly second: number; readonly impact: number };

function addProximity(
  scores: Float64Array,
  candidates: readonly Candidate[],
  { sequence }: RerankContext,
  weights: RankingWeights,
): void {
  const { proximity } = weights;
  if (proximity.adjacent === 0 && proximity.near === 0) return;
  const keys = [...new Set(sequence.map(({ key }) => key))];
  const table = new TermTable(keys);
  const pairs: Pair[] = [];
  const pairsOf: Pair[][] = keys.map(() => []);
  for (let i = 1; i < sequence.length; i += 1) {
    const a = sequence[i - 1];
    const b = sequence[i];
    if (a === undefined || b === undefined || a.key === b.key) continue;
    const [first, second] = [table.placeOf(a.key), table.placeOf(b.key)];
    if (pairs.some((pair) => pair.first === first && pair.second === second)) continue;
    const pair = { at: pairs.length, first, second, impact: Math.min(a.idf, b.idf) };
    pairs.push(pair);
    pairsOf[pair.first]?.push(pair);
    if (pair.second !== pair.first) pairsOf[pair.second]?.push(pair);
  }
  if (pairs.length === 0) return;
  const lastSeen = new Int32Array(keys.length);
  const adjacent = new Float64Array(pairs.length);
  const near = new Float64Array(pairs.length);
  candidates.forEach(({ stream, lengths }, c) => {
    adjacent.fill(0);
    near.fill(0);
    let from = 0;
    for (let part = 0; part < fieldCount * 2; part += 1) {
      const to = from + (lengths[part] ?? 0);
      // Concepts (odd parts) and the labels have no word order to speak of.
      if ((part & 1) === 0 && part < (fieldCount - 1) * 2) {
        lastSeen.fill(-1_000_000);
        for (let at = from; at < to; at += 1) {
          const place = table.placeOf(stream[at] as number);
          if (place < 0) continue;
          for (const pair of pairsOf[place] ?? []) {
            const other = pair.first === place ? pair.second : pair.first;
            const distance = at - (lastSeen[other] ?? 0);
            if (distance <= proximity.window) near[pair.at] = (near[pair.at] ?? 0) + 1 / distance;
            if (distance === 1 && pair.second === place) adjacent[pair.at] = (adjacent[pair.at] ?? 0) + 1;
          }
          lastSeen[place] = at;
        }
      }
      from = to;
    }
    let sum = 0;
    pairs.forEach(({ impact }, i) => {
      const a = adjacent[i] ?? 0;
      const n = near[i] ?? 0;
      sum += impact * ((proximity.adjacent * a) / (a + weights.k1) + (proximity.near * n) / (n + weights.k1));
    });
    scores[c] = (scores[c] ?? 0) + sum;
  });
}

function addFeedback(
  scores: Float64Array,
  candidates: readonly Candidate[],
  context: RerankContext,
  weights: RankingWeights,
): void {
  const { feedback } = weights;
  if (feedback.weight === 0 || candidates.length === 0) return;
  const order = Array.from(candidates.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const top = order.slice(0, feedback.documents);
  const highest = scores[top[0] ?? 0] ?? 0;
  if (!(highest > 0)) return;
  const model = new TermSums();
  for (const c of top) {
    const candidate = candidates[c];
    if (candidate === undefined) continue;
    const trust = ((scores[c] ?? 0) / highest) ** feedback.trust;
    let length = 0;
    for (let part = 0; part < fieldCount * 2; part += 2) length += candidate.lengths[part] ?? 0;
    const share = trust / Math.max(length, feedback.shortest);
    let from = 0;
    for (let part = 0; part < fieldCount * 2; part += 1) {
      const to = from + (candidate.lengths[part] ?? 0);
      if ((part & 1) === 0) {
        for (let at = from; at < to; at += 1) model.add(candidate.stream[at] as number, share);
      }
      from = to;
    }
  }
  const terms = mostTelling(model, context, feedback.terms);
  const all = terms.reduce((sum, { value }) => sum + value, 0);
  if (!(all > 0)) return;
  const query = context.sequence.reduce((sum, { idf }) => sum + idf, 0);
  const table = new TermTable(terms.map(({ key }) => key));
  const impacts = terms.map(({ value }) => (feedback.weight * query * value) / all);
  const norms = fieldNorms(context.averageLengths, weights);
  const weighted = new Float64Array(terms.length);
  candidates.forEach(({ stream, lengths }, c) => {
    weighted.fill(0);
    let from = 0;
    for (let part = 0; part < fieldCount * 2; part += 1) {
      const to = from + (lengths[part] ?? 0);
      const norm = norms[part >> 1]?.[normLength(lengths[part & ~1] ?? 0)] ?? 0;
      for (let at = from; at < to; at += 1) {
        const place = table.placeOf(stream[at] as number);
        if (place >= 0) weighted[place] = (weighted[place] ?? 0) + norm;
      }
      from = to;
    }
    let sum = 0;
    impacts.forEach((impact, i) => {
      const tf = weighted[i] ?? 0;
      sum += (impact * tf * (weights.k1 + 1)) / (weights.k1 + tf);
    });
    scores[c] = (scores[c] ?? 0) + sum;
  });
}

type FeedbackTerm = { readonly key: number; readonly value: number };

/** The terms that tell the first documents from the collection most, best first. */
function mostTelling(
  { keys, sums, size }: TermSums,
  { documents, frequencyOf }: RerankContext,
  limit: number,
): FeedbackTerm[] {
  const best: FeedbackTerm[] = [];
  for (let i = 0; i < size; i += 1) {
    const key = keys[i] as number;
    const frequency = frequencyOf(key);
    if (frequency <= 1) continue;
    const value = (sums[i] as number) * inverseDocumentFrequency(documents, frequency);
    const last = best.at(-1);
    if (best.length === limit && last !== undefined && (value < last.value || (value === last.value && key > last.key)))
      continue;
    let at = best.length;
    while (at > 0) {
      const before = best[at - 1] as FeedbackTerm;
      if (before.value > value || (before.value === value && before.key < key)) break;
      at -= 1;
    }
    best.splice(at, 0, { key, value });
    if (best.length > limit) best.pop();
  }
  return best;
}
