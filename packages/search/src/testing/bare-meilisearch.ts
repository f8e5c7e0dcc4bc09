import { termsOf } from '../analysis/analyse.ts';
import { connect, type EngineOptions } from '../meilisearch/engine.ts';
import { termWord } from '../meilisearch/term-key.ts';

/**
 * One plain request to a server with our index on it, as somebody would ask it who leaves everything to the engine: the words as the index
 * holds them, every facet, ten results.
 */
export function bareMeilisearch(
  options: EngineOptions,
): (words: string, facets: readonly string[]) => Promise<unknown> {
  const index = connect(options).index(options.prefix);
  return (words, facets) =>
    index.search(termsOf(words).stems.map(termWord).join(' '), {
      limit: 10,
      facets: [...facets],
      matchingStrategy: 'frequency',
    });
}
