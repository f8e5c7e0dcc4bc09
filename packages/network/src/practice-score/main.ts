// `npm run score:practice -- [--engine embedded|meilisearch] [--each]`: how well the judged questions over the demo learning are answered.
// `--each` lists the questions of the tuning half; those of the final half are never looked at one by one.
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { isScoredEngine, scoredIndex } from '@practice-exchange/search/testing';
import { meanOf, scorePractice } from './score-practice.ts';

const usage = 'npm run score:practice -- [--engine embedded|meilisearch] [--each]';
const values = optionsOrUsage(usage, {
  engine: { type: 'string', default: 'embedded' },
  each: { type: 'boolean', default: false },
});

if (!isScoredEngine(values.engine)) endWithUsage(usage, `There is no engine ${values.engine}.`);

const { index, close } = await scoredIndex(values.engine, 'score-practice').catch((error: Error) =>
  endWithUsage(usage, error.message),
);
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
  await close();
}
