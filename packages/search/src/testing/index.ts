export { meilisearchServer, type RealMeilisearch } from './meilisearch-server.ts';
