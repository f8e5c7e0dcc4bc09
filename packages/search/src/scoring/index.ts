export { addTypos, seededRandom } from './add-typos.ts';
export { type Collection, type CollectionDocument, readCollection } from './collection.ts';
export { type Gains, ndcg } from './measures.ts';
export { plainBm25 } from './plain-bm25.ts';
export { type CollectionScore, type Ranker, scoreRanker } from './score-collection.ts';
