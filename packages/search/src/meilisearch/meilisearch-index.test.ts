import { afterAll } from 'vitest';
import { learningIndexContract } from '../learning-index-contract.ts';
import { meilisearchServer } from '../testing/meilisearch-server.ts';
import { meilisearchIndex } from './meilisearch-index.ts';

const engine = await meilisearchServer();

if ('skip' in engine) {
  learningIndexContract('meilisearch', engine);
} else {
  afterAll(engine.stop);
  learningIndexContract('meilisearch', () => meilisearchIndex({ ...engine, prefix: `contract-${process.pid}` }));
}
