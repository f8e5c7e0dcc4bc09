// `npm run score:search -- --collection DIR [--engine embedded|meilisearch] [--json FILE]`: how well a public test collection is
// answered, beside plain BM25 and with misspelt questions.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { embeddedIndex } from '../embedded/embedded-index.ts';
import type { LearningIndex } from '../learning-index.ts';
import { meilisearchIndex } from '../meilisearch/meilisearch-index.ts';
import { addTypos, seededRandom } from '../scoring/add-typos.ts';
import { readCollection } from '../scoring/collection.ts';
import { plainBm25 } from '../scoring/plain-bm25.ts';
import { type CollectionScore, indexCollection, indexRanker, scoreRanker } from '../scoring/score-collection.ts';

const { values } = parseArgs({
  options: {
    collection: { type: 'string' },
    engine: { type: 'string', default: 'embedded' },
    json: { type: 'string' },
  },
});

async function openIndex(engine: string): Promise<LearningIndex> {
  if (engine === 'embedded') return embeddedIndex({});
  const url = process.env.MEILI_URL;
  if (engine !== 'meilisearch' || !url) {
    throw new Error('Say --engine embedded, or --engine meilisearch with MEILI_URL (and MEILI_API_KEY) set.');
  }
  return meilisearchIndex({ url, apiKey: process.env.MEILI_API_KEY, prefix: 'score' });
}

function line(name: string, score: CollectionScore): string {
  const figures = [score.ndcg10, score.map100, score.recall100].map((figure) => figure.toFixed(4).padStart(9)).join('');
  return `${name.padEnd(26)}${figures}${score.p50Ms.toFixed(1).padStart(9)}${score.p95Ms.toFixed(1).padStart(9)}`;
}

if (!values.collection) {
  process.stderr.write(
    'Usage: npm run score:search -- --collection DIR [--engine embedded|meilisearch] [--json FILE]\n',
  );
  process.exit(2);
}
const collection = await readCollection(values.collection);
const index = await openIndex(values.engine);
try {
  await index.clear();
  await indexCollection(index, collection);
  const whole = await scoreRanker(indexRanker(index), collection);
  const random = seededRandom(1);
  const misspelt = await scoreRanker(indexRanker(index), collection, (words) => addTypos(words, random));
  const plain = await scoreRanker(plainBm25(collection.documents), collection);
  process.stdout.write(
    `${collection.name}: ${collection.documents.length} documents, ${whole.queries} questions\n` +
      `${''.padEnd(26)}  nDCG@10  MAP@100   R@100   p50 ms   p95 ms\n` +
      `${line(values.engine, whole)}\n${line(`${values.engine}, misspelt`, misspelt)}\n${line('plain BM25', plain)}\n` +
      `ratio to plain BM25 ${(whole.ndcg10 / plain.ndcg10).toFixed(3)}, kept when misspelt ${(misspelt.ndcg10 / whole.ndcg10).toFixed(3)}\n`,
  );
  if (values.json) {
    writeFileSync(
      values.json,
      `${JSON.stringify({ collection: collection.name, engine: values.engine, ...whole }, null, 2)}\n`,
    );
  }
} finally {
  await index.clear();
  await index.close();
}
