import { embeddedIndex } from '../embedded/embedded-index.ts';
import type { LearningIndex } from '../learning-index.ts';
import { meilisearchIndex } from '../meilisearch/meilisearch-index.ts';
import { meilisearchServer } from './meilisearch-server.ts';

/** The engines that can be scored, as the command line names them. */
const scoredEngines = ['embedded', 'meilisearch'] as const;
type ScoredEngine = (typeof scoredEngines)[number];

/** Whether there is an engine of that name. */
export function isScoredEngine(name: string): name is ScoredEngine {
  return scoredEngines.some((engine) => engine === name);
}

/**
 * An empty index to score, and how to end it: the embedded one, or one in the Meilisearch that tests use, whose names begin with `prefix`.
 * @throws Error when there is no Meilisearch
 */
export async function scoredIndex(
  engine: ScoredEngine,
  prefix: string,
): Promise<{ index: LearningIndex; close(): Promise<void> }> {
  if (engine === 'embedded') {
    const index = await embeddedIndex();
    return { index, close: () => index.close() };
  }
  const server = await meilisearchServer();
  if ('skip' in server) throw new Error(`There is no Meilisearch to score with: ${server.skip}.`);
  const index = await meilisearchIndex({ ...server, prefix });
  await index.clear();
  return {
    index,
    close: async () => {
      await index.clear();
      await index.close();
      await server.stop();
    },
  };
}
