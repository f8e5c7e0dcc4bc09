import type { LearningRecord } from '@practice-exchange/protocol';
import type { LearningDocument } from '@practice-exchange/search';
import { seededRandom } from '@practice-exchange/search/scoring';
import { prevalenceBands, regions } from '@practice-exchange/vocabulary';
import { readDemoLearning } from '../src/demo/demo-learning.ts';

/** Share of a sentence's longer words that another word takes the place of. */
const exchanged = 0.2;
/** Words there are to draw from: those of the demo learning, then made ones, ever rarer. */
const lexicon = 60_000;

const proseFields = [
  'summary',
  'situation',
  'response',
  'whatHappened',
  'whatWorked',
  'whatDidNot',
  'nextTime',
] as const;
const codeFields = [
  'themes',
  'concernCategories',
  'referralSource',
  'agencies',
  'thresholdDecision',
  'interventions',
  'familyEngagementStart',
  'familyEngagementEnd',
  'legitimacyChallenges',
  'outcome',
  'ageBand',
  'sex',
  'setting',
  'period',
] as const;

/**
 * Learning documents of the size and shape of the demo's, as many as wanted and the same at every call. Each field is made of as many
 * sentences as some demo record has there, drawn from all of them. In a record of real life every author brings words of their own, so some
 * of the words are exchanged for words drawn by Zipf's law from a lexicon that begins with the demo's, most frequent first, and goes on
 * with made ones. Codes come from whole demo records' fields; one document in ten is for its own region alone.
 */
export async function* generatedLearning(count: number): AsyncGenerator<LearningDocument> {
  const demo = (await readDemoLearning()).map(({ content }) => content);
  const random = seededRandom(20_261_125);
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const sentences = Object.fromEntries(
    proseFields.map((field) => [field, demo.flatMap((record) => sentencesOf(record[field]))]),
  ) as Record<(typeof proseFields)[number], string[]>;
  const points = demo.flatMap((record) => record.learningPoints);
  const draw = zipf(wordsByUse(demo), random);
  const vary = (sentence: string) => sentence.replace(/[a-z]{5,}/g, (word) => (random() < exchanged ? draw() : word));
  for (let i = 0; i < count; i += 1) {
    const like = any(demo);
    const prose = Object.fromEntries(
      proseFields.map((field) => [
        field,
        sentencesOf(like[field])
          .map(() => vary(any(sentences[field])))
          .join(' '),
      ]),
    );
    const codes = Object.fromEntries(codeFields.map((field) => [field, any(demo)[field]]));
    const region = any(regions).code;
    const record = {
      ...like,
      ...prose,
      ...codes,
      region,
      title: vary(any(demo).title),
      learningPoints: like.learningPoints.map(() => vary(any(points))),
    } as LearningRecord;
    const authority = `00000000-0000-4000-8000-${String(Math.floor(random() * 153)).padStart(12, '0')}`;
    yield {
      id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
      revision: 1,
      authority,
      region,
      prevalenceBand: any(prevalenceBands).code,
      audience: random() < 0.1 ? { scope: 'regions', regions: [region] } : { scope: 'network' },
      published: new Date(Date.UTC(2020, 0, 1) + Math.floor(random() * 2200) * 86_400_000).toISOString(),
      record,
    };
  }
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.?!])\s+/);
}

function wordsByUse(records: readonly LearningRecord[]): string[] {
  const uses = new Map<string, number>();
  for (const record of records) {
    for (const field of proseFields) {
      for (const [word] of record[field].matchAll(/[a-z]{5,}/g)) uses.set(word, (uses.get(word) ?? 0) + 1);
    }
  }
  return [...uses].sort((a, b) => b[1] - a[1]).map(([word]) => word);
}

/** Draws words, each about as often as the first by its rank. */
function zipf(known: readonly string[], random: () => number): () => string {
  const cumulative = new Float64Array(lexicon);
  let sum = 0;
  for (let rank = 0; rank < lexicon; rank += 1) {
    sum += 1 / (rank + 2.7);
    cumulative[rank] = sum;
  }
  return () => {
    const at = random() * sum;
    let low = 0;
    let high = lexicon - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return known[low] ?? madeWord(low);
  };
}

const starts = [
  'ba',
  'cor',
  'del',
  'fen',
  'gra',
  'hol',
  'jun',
  'kel',
  'lam',
  'mor',
  'nev',
  'pra',
  'quin',
  'ros',
  'sta',
  'tre',
];
const ends = ['by', 'combe', 'den', 'field', 'gate', 'ham', 'ley', 'mont', 'ridge', 'ston', 'thorpe', 'wick'];

/** A word that nobody writes, the same for the same number. */
function madeWord(number: number): string {
  let rest = number;
  let word = '';
  do {
    word += starts[rest % starts.length];
    rest = Math.floor(rest / starts.length);
  } while (rest >= ends.length);
  return word + ends[rest];
}
