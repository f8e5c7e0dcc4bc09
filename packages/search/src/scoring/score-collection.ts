import type { Collection } from './collection.ts';
import { averagePrecision, ndcg, percentile, recall } from './measures.ts';

/** Mean measures over the queries of a collection; times in milliseconds, for one query at a time. */
export type CollectionScore = {
  readonly queries: number;
  readonly ndcg10: number;
  readonly map100: number;
  readonly recall100: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
};

/** Whatever is being scored: ranked ids for a query, best first, and how long a person waits for the first of them. */
export type Ranker = (
  words: string,
  limit: number,
) => Promise<{ readonly ids: readonly string[]; readonly ms: number }>;

const depth = 100;

/** Asks every question and measures the answers. `change` alters a question first, for instance with typing errors. */
export async function scoreRanker(
  ranker: Ranker,
  collection: Collection,
  change: (words: string) => string = (words) => words,
): Promise<CollectionScore> {
  const times: number[] = [];
  const sums = { ndcg10: 0, map100: 0, recall100: 0 };
  for (const { id, words } of collection.queries) {
    const { ids, ms } = await ranker(change(words), depth);
    times.push(ms);
    const gains = collection.judgments.get(id) ?? new Map();
    sums.ndcg10 += ndcg(ids, gains, 10);
    sums.map100 += averagePrecision(ids, gains, depth);
    sums.recall100 += recall(ids, gains, depth);
  }
  const queries = collection.queries.length;
  const mean = (sum: number) => sum / Math.max(1, queries);
  return {
    queries,
    ndcg10: mean(sums.ndcg10),
    map100: mean(sums.map100),
    recall100: mean(sums.recall100),
    p50Ms: percentile(times, 50),
    p95Ms: percentile(times, 95),
  };
}
