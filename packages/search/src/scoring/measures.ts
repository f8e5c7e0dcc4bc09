/** Gains by document id; a document not in the map gains nothing. */
export type Gains = ReadonlyMap<string, number>;

const discount = (rank: number) => Math.log2(rank + 2);

/** Normalised discounted cumulative gain at a depth, with linear gains, as trec_eval's `ndcg_cut` (Järvelin and Kekäläinen 2002). */
export function ndcg(ranked: readonly string[], gains: Gains, depth: number): number {
  const ideal = [...gains.values()].sort((a, b) => b - a).slice(0, depth);
  const best = ideal.reduce((sum, gain, rank) => sum + gain / discount(rank), 0);
  const got = ranked.slice(0, depth).reduce((sum, id, rank) => sum + (gains.get(id) ?? 0) / discount(rank), 0);
  return best === 0 ? 0 : got / best;
}

/** Average precision at a depth: the mean, over all relevant documents, of the precision where each is found. */
export function averagePrecision(ranked: readonly string[], gains: Gains, depth: number): number {
  let found = 0;
  let sum = 0;
  ranked.slice(0, depth).forEach((id, rank) => {
    if (!gains.has(id)) return;
    found += 1;
    sum += found / (rank + 1);
  });
  return gains.size === 0 ? 0 : sum / gains.size;
}

/** The share of the relevant documents that are found within a depth. */
export function recall(ranked: readonly string[], gains: Gains, depth: number): number {
  const found = ranked.slice(0, depth).filter((id) => gains.has(id)).length;
  return gains.size === 0 ? 0 : found / gains.size;
}

/** A percentile of some numbers, by the nearest rank; 0 of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
