import type { LearningIndex } from '../learning-index.ts';
import { type Collection, toCollectionIndexDocument } from './collection.ts';
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

/** Ranked ids for a query, best first: whatever is being scored. */
export type Ranker = (words: string, limit: number) => Promise<readonly string[]> | readonly string[];

const depth = 100;

/** Puts a collection's documents into an index, by the way that learning takes. */
export async function indexCollection(
  index: Pick<LearningIndex, 'indexDocuments'>,
  collection: Collection,
): Promise<void> {
  await index.indexDocuments(collection.documents.map(toCollectionIndexDocument));
}

/** The index's own search as a ranker, for somebody who sees what the whole network sees. */
export function indexRanker(index: Pick<LearningIndex, 'search'>): Ranker {
  return async (words, limit) => {
    const viewer = { authority: null, region: null };
    const { hits } = await index.search({ words, viewer, sort: 'relevance', offset: 0, limit });
    return hits.map(({ id }) => id);
  };
}

/** Asks every question and measures the answers. `change` alters a question first, for instance with typing errors. */
export async function scoreRanker(
  ranker: Ranker,
  collection: Collection,
  change: (words: string) => string = (words) => words,
): Promise<CollectionScore> {
  const times: number[] = [];
  const sums = { ndcg10: 0, map100: 0, recall100: 0 };
  for (const { id, words } of collection.queries) {
    const asked = change(words);
    const start = performance.now();
    const ranked = await ranker(asked, depth);
    times.push(performance.now() - start);
    const gains = collection.judgments.get(id) ?? new Map();
    sums.ndcg10 += ndcg(ranked, gains, 10);
    sums.map100 += averagePrecision(ranked, gains, depth);
    sums.recall100 += recall(ranked, gains, depth);
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
