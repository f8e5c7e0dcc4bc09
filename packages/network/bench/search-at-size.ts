import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  embeddedIndex,
  facetFields,
  type LearningDocument,
  type LearningIndex,
  meilisearchIndex,
  type SearchQuery,
} from '@practice-exchange/search';
import { bareEmbedded, bareMeilisearch, meilisearchServer } from '@practice-exchange/search/testing';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import { readJudgedQuestions } from '../src/practice-score/judged-questions.ts';
import { generatedLearning } from './generated-learning.ts';
import type { Measurement } from './measurement.ts';
import { percentile, rounded, timed } from './percentiles.ts';

const batch = 1000;
const rounds = 3;
const concurrencies = [1, 10, 50];
const viewer = { authority: '00000000-0000-4000-8000-000000000001', region: 'london' } as const;

/**
 * The index alone, holding so many documents of the size of learning records: how long it takes to build and to load, what it keeps in memory,
 * and how long practitioners' questions take with every facet counted, one at a time, ten and fifty at once.
 */
export async function searchAtSize(documents: number, engine: string): Promise<Measurement[]> {
  return engine === 'meilisearch' ? meilisearchAtSize(documents) : embeddedAtSize(documents);
}

async function embeddedAtSize(documents: number): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'practice-exchange-index-'));
  const snapshotPath = join(folder, 'index');
  const before = process.memoryUsage().rss;
  try {
    const built = await embeddedIndex({ snapshotPath });
    const build = await fill(built, documents);
    const memory = process.memoryUsage().rss - before;
    await built.close();
    const began = performance.now();
    const index = await embeddedIndex({ snapshotPath });
    const load = performance.now() - began;
    try {
      return [
        told(`build, ${documents} documents`, build / 1000, 's', `${rounded(documents / (build / 1000))} a second`),
        told(`memory, ${documents} documents`, memory / 2 ** 20, 'MiB', 'of the process, above what it had before'),
        aimed(`snapshot load, ${documents} documents`, load, 5000, ''),
        ...(await ask(index, documents, 10)),
        ...(await inThisThread(index, documents, await bareEmbedded(snapshotPath))),
      ];
    } finally {
      await index.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function meilisearchAtSize(documents: number): Promise<Measurement[]> {
  const server = await meilisearchServer();
  if ('skip' in server) throw new Error(`There is no Meilisearch to measure: ${server.skip}.`);
  const prefix = `bench-${documents}`;
  try {
    const index = await meilisearchIndex({ ...server, prefix });
    try {
      await index.clear();
      const build = await fill(index, documents);
      const memory = (await server.process?.memoryBytes()) ?? 0;
      const bare = await bareMeilisearch({ ...server, prefix });
      const measured = [
        told(`build, ${documents} documents`, build / 1000, 's', `${rounded(documents / (build / 1000))} a second`),
        told(`memory, ${documents} documents`, memory / 2 ** 20, 'MiB', 'of the server'),
        ...(await ask(index, documents, null)),
        ...(await againstBare(index, bare.prepare, documents, { times: 1.5, plusMs: 5 })),
        await asTheEmbedded(index, documents),
      ];
      await bare.close();
      return measured;
    } finally {
      await index.clear();
      await index.close();
    }
  } finally {
    await server.stop();
  }
}

/** How many of the first ten results are those of the embedded index over the same documents, which ranks everything that matches. */
async function asTheEmbedded(index: LearningIndex, documents: number): Promise<Measurement> {
  const embedded = await embeddedIndex();
  try {
    await fill(embedded, documents);
    let same = 0;
    let first = 0;
    let all = 0;
    for (const words of await questions()) {
      const [here, there] = await Promise.all([index, embedded].map((each) => each.search(queryFor(words))));
      const ids = new Set(there?.hits.map(({ id }) => id));
      same += here?.hits.filter(({ id }) => ids.has(id)).length ?? 0;
      first += here?.hits[0]?.id === there?.hits[0]?.id ? 1 : 0;
      all += ids.size;
    }
    const detail = `the first of all is the same for ${first} of ${(await questions()).length} questions`;
    return told(`first ten / embedded index, ${documents} documents`, same / all, 'of 1', detail);
  } finally {
    await embedded.close();
  }
}

async function fill(index: LearningIndex, documents: number): Promise<number> {
  let spent = 0;
  let waiting: LearningDocument[] = [];
  const flush = async () => {
    const some = waiting;
    waiting = [];
    // The making of the documents is not measured.
    if (some.length > 0) spent += await timed(() => index.index(some));
  };
  for await (const document of generatedLearning(documents)) {
    waiting.push(document);
    if (waiting.length === batch) await flush();
  }
  await flush();
  return spent;
}

async function questions(): Promise<string[]> {
  const records = (await readDemoLearning()).map(({ file }) => file.replace(/\.md$/, ''));
  return (await readJudgedQuestions(new Set(records))).map(({ words }) => words);
}

const queryFor = (words: string): SearchQuery => ({
  words,
  viewer,
  facets: facetFields,
  sort: 'relevance',
  offset: 0,
  limit: 10,
});

async function ask(index: LearningIndex, documents: number, aimMs: number | null): Promise<Measurement[]> {
  const words = await questions();
  for (const each of words) await index.search(queryFor(each));
  const measured: Measurement[] = [];
  for (const concurrency of concurrencies) {
    const samples: number[] = [];
    const waiting = Array.from({ length: rounds }, () => words).flat();
    const worker = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const asked = next;
        samples.push(await timed(() => index.search(queryFor(asked))));
      }
    };
    const whole = await timed(() => Promise.all(Array.from({ length: concurrency }, worker)));
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => rounded(percentile(samples, p)));
    const detail = `p50 ${p50} ms, p99 ${p99} ms, ${rounded((samples.length * 1000) / whole)} a second`;
    const name = `search with facets, ${documents} documents, ${concurrency} at once, p95`;
    // Beyond one at a time people wait for each other, and for the machine's cores.
    measured.push(
      aimMs !== null && concurrency === 1
        ? aimed(name, p95 ?? Number.NaN, aimMs, detail)
        : told(name, p95 ?? Number.NaN, 'ms', detail),
    );
  }
  return measured;
}

/** The embedded index in this thread: against the way to its own, and its processor time, which other programs on the machine do not lengthen. */
async function inThisThread(
  index: LearningIndex,
  documents: number,
  bare: Awaited<ReturnType<typeof bareEmbedded>>,
): Promise<Measurement[]> {
  const against = await againstBare(index, (query) => async () => bare(query), documents, null);
  const words = await questions();
  const before = process.threadCpuUsage();
  for (let round = 0; round < rounds; round += 1) for (const each of words) bare(queryFor(each));
  const { user, system } = process.threadCpuUsage(before);
  // Of all together: systems count a thread's time in steps as long as a question.
  const mean = (user + system) / 1000 / (rounds * words.length);
  return [...against, told(`search with facets, ${documents} documents, processor time, mean`, mean, 'ms', '')];
}

/**
 * Our path against the bare engine for the same query, in turns: one plain request to the same server, or the embedded
 * index in this thread.
 */
async function againstBare(
  index: LearningIndex,
  prepare: (query: SearchQuery) => () => Promise<unknown>,
  documents: number,
  aim: { times: number; plusMs: number } | null,
): Promise<Measurement[]> {
  const samples = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const words of await questions()) {
      const bare = prepare(queryFor(words));
      samples.bare.push(await timed(bare));
      samples.ours.push(await timed(() => index.search(queryFor(words))));
    }
  }
  const [ours, alone] = [percentile(samples.ours, 0.95), percentile(samples.bare, 0.95)];
  const name = `search / bare engine, ${documents} documents, p95`;
  const detail = `${rounded(ours)} ms against ${rounded(alone)} ms`;
  if (aim === null) return [told(name, ours / alone, 'x', detail)];
  const limit = aim.times * alone + aim.plusMs;
  const value = rounded(ours / alone);
  return [
    {
      ...{ name, value, unit: 'x', detail, met: ours <= limit },
      aim: `<= ${rounded(limit / alone)} (${aim.times} x + ${aim.plusMs} ms)`,
    },
  ];
}

function told(name: string, value: number, unit: string, detail: string): Measurement {
  return { name, value: rounded(value), unit, aim: 'told, not set', met: true, detail };
}

function aimed(name: string, ms: number, below: number, detail: string): Measurement {
  return { name, value: rounded(ms), unit: 'ms', aim: `< ${below}`, met: ms < below, detail };
}
