// `npm run score:search -- --collection DIR [--engine embedded|meilisearch] [--json FILE]`: how well the hub answers a public test
// collection, beside plain BM25 and with misspelt questions.
import { writeFileSync } from 'node:fs';
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { searchRequestSchema } from '@practice-exchange/protocol';
import type { LearningIndex } from '@practice-exchange/search';
import {
  addTypos,
  type Collection,
  type CollectionScore,
  plainBm25,
  readCollection,
  scoreRanker,
  seededRandom,
} from '@practice-exchange/search/scoring';
import { isScoredEngine, scoredIndex } from '@practice-exchange/search/testing';
import { openCollectionHub } from '../features/scoring/collection-hub.ts';

const usage = 'npm run score:search -- --collection DIR [--engine embedded|meilisearch] [--json FILE]';

function line(name: string, score: CollectionScore): string {
  const figures = [score.ndcg10, score.map100, score.recall100].map((figure) => figure.toFixed(4).padStart(9)).join('');
  return `${name.padEnd(26)}${figures}${score.p50Ms.toFixed(1).padStart(9)}${score.p95Ms.toFixed(1).padStart(9)}`;
}

async function score(collection: Collection, engine: string, index: LearningIndex): Promise<CollectionScore> {
  const hub = await openCollectionHub(collection, index);
  try {
    const whole = await scoreRanker(hub.ranker, collection);
    const random = seededRandom(1);
    const misspelt = await scoreRanker(hub.ranker, collection, (words) => addTypos(words, random));
    const bm25 = plainBm25(collection.documents);
    const plain = await scoreRanker(async (words, limit) => {
      const began = performance.now();
      return { ids: bm25(words, limit), ms: performance.now() - began };
    }, collection);
    process.stdout.write(
      `${collection.name}: ${collection.documents.length} documents, ${whole.queries} questions\n` +
        `${''.padEnd(26)}  nDCG@10  MAP@100   R@100   p50 ms   p95 ms\n` +
        `${line(engine, whole)}\n${line(`${engine}, misspelt`, misspelt)}\n${line('plain BM25', plain)}\n` +
        `ratio to plain BM25 ${(whole.ndcg10 / plain.ndcg10).toFixed(3)}, kept when misspelt ${(misspelt.ndcg10 / whole.ndcg10).toFixed(3)}\n`,
    );
    const degraded = hub.degraded();
    if (degraded > 0) process.stdout.write(`${degraded} pages came from the database: the engine was away or slow\n`);
    const long = collection.queries.filter(({ words: q }) => !searchRequestSchema.safeParse({ q }).success).length;
    if (long > 0) process.stdout.write(`${long} questions are longer than nodes may send and were asked whole\n`);
    return whole;
  } finally {
    await hub.close();
  }
}

const values = optionsOrUsage(usage, {
  collection: { type: 'string' },
  engine: { type: 'string', default: 'embedded' },
  json: { type: 'string' },
});
if (!values.collection) endWithUsage(usage, 'Say where the collection is.');
if (!isScoredEngine(values.engine)) endWithUsage(usage, `There is no engine ${values.engine}.`);
try {
  const collection = await readCollection(values.collection);
  const { index, close } = await scoredIndex(values.engine, 'score-search');
  const whole = await score(collection, values.engine, index).finally(close);
  const result = { collection: collection.name, engine: values.engine, ...whole };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
