import type { SearchQuery } from '../learning-index.ts';
import { matchesFilter } from '../meilisearch/candidate-filters.ts';
import type { EngineOptions } from '../meilisearch/engine.ts';
import { scopeExpressions } from '../meilisearch/filter-expression.ts';
import { ManagedIndex } from '../meilisearch/managed-index.ts';
import { candidateTerms } from '../meilisearch/rank-found.ts';
import { planQuery } from '../ranking/query-plan.ts';
import { rankingWeights } from '../ranking/weights.ts';

/** A query made ready, to be asked as often as wanted. */
export type BareEngine = {
  prepare(query: SearchQuery): () => Promise<unknown>;
  close(): Promise<void>;
};

/**
 * One plain request to a server with our index on it, as somebody would ask it who leaves everything to the engine: the same matches within the
 * same audience, every facet, ten whole documents, in whatever order they come.
 */
export async function bareMeilisearch(options: EngineOptions): Promise<BareEngine> {
  const managed = new ManagedIndex(options);
  await managed.open();
  const { index, knowledge } = managed;
  return {
    prepare: (query) => {
      const plan = planQuery(query.words, knowledge, knowledge.spelling, rankingWeights);
      const matches = matchesFilter(candidateTerms(plan));
      const filter = [...scopeExpressions(query), ...matches];
      return () => index.search('', { filter, limit: query.limit, facets: [...(query.facets ?? [])] });
    },
    close: () => managed.close(),
  };
}
