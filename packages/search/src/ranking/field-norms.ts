import { fieldCount, type RankingWeights } from './weights.ts';

const longest = 4096;

/**
 * For each field, weight over length normalisation by length in stems: what one occurrence counts for in a field so
 * long. Tables, because the ranker asks millions of times.
 */
export function fieldNorms(averageLengths: readonly number[], weights: RankingWeights): readonly Float64Array[] {
  // Between two changes of a collection every query needs the same ones.
  if (last?.weights === weights && last.averageLengths.every((length, field) => length === averageLengths[field])) {
    return last.norms;
  }
  const norms = computeNorms(averageLengths, weights);
  last = { averageLengths, weights, norms };
  return norms;
}

let last: { averageLengths: readonly number[]; weights: RankingWeights; norms: Float64Array[] } | undefined;

function computeNorms(averageLengths: readonly number[], weights: RankingWeights): Float64Array[] {
  return Array.from({ length: fieldCount }, (_, field) => {
    const b = weights.b[field] ?? 0;
    const average = Math.max(averageLengths[field] ?? 0, 1);
    const weight = weights.field[field] ?? 0;
    return Float64Array.from({ length: longest + 1 }, (__, length) => weight / (1 - b + (b * length) / average));
  });
}

/** A length as the tables take it. */
export function normLength(length: number): number {
  return Math.min(length, longest);
}
