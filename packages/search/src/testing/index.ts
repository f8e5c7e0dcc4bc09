export { bareEmbedded } from './bare-embedded.ts';
export { bareMeilisearch } from './bare-meilisearch.ts';
export { hangIndexThread, killIndexThread } from './index-thread-faults.ts';
export { meilisearchServer, type RealMeilisearch } from './meilisearch-server.ts';
export { isScoredEngine, scoredIndex } from './scored-index.ts';
