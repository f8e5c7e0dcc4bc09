// `npm run score:practice -- [--engine embedded|meilisearch] [--each]`: how well the judged questions over the demo learning are answered.
// `--each` lists the questions of the tuning half; those of the final half are never looked at one by one.
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { embeddedIndex, meilisearchIndex } from '@practice-exchange/search';
import { meanOf, scorePractice } from './score-practice.ts';

const usage = 'npm run score:practice -- [--engine embedded|meilisearch] [--each]';
const values = optionsOrUsage(usage, {
  engine: { type: 'string', default: 'embedded' },
  each: { type: 'boolean', default: false },
});

async function openIndex() {
  if (values.engine === 'embedded') return embeddedIndex({});
  const url = process.env.MEILI_URL;
  if (values.engine === 'meilisearch' && url) {
    return meilisearchIndex({ url, apiKey: process.env.MEILI_API_KEY, prefix: 'score-practice' });
  }
  return endWithUsage(usage, 'Say --engine embedded, or --engine meilisearch with MEILI_URL (and MEILI_API_KEY) set.');
}

const index = await openIndex();
try {
  const scores = await scorePractice(index);
  if (values.each) {
    for (const { words, ndcg10, found, helps, set } of scores) {
      if (set !== 'tuning') continue;
      process.stdout.write(`${ndcg10.toFixed(3)}  ${words}\n`);
      for (const id of found) process.stdout.write(`         ${helps[id] ?? '-'} ${id}\n`);
      const missed = Object.entries(helps).filter(([id, gain]) => gain > 1 && !found.includes(id));
      for (const [id, gain] of missed) process.stdout.write(`         missed ${gain} ${id}\n`);
    }
  }
  for (const set of ['tuning', 'final'] as const) {
    const count = scores.filter((score) => score.set === set).length;
    process.stdout.write(
      `${values.engine}  ${set.padEnd(6)}  ${count} questions  nDCG@10 ${meanOf(scores, set).toFixed(4)}\n`,
    );
  }
} finally {
  await index.clear();
  await index.close();
}
