import { describe, expect, it } from 'vitest';
import { stem } from '../analysis/stem.ts';
import { highlightTerms } from '../highlights.ts';
import { planQuery } from './query-plan.ts';
import { SpellingIndex } from './spelling-index.ts';
import { rankingWeights } from './weights.ts';

const documents = 10_000;

/** A plan in a collection whose words are in so many of its documents. */
function plan(words: string, uses: Readonly<Record<string, number>>) {
  const spelling = new SpellingIndex();
  for (const [word, count] of Object.entries(uses)) spelling.add(word, count);
  const frequencies = new Map(Object.entries(uses).map(([word, count]) => [stem(word), count]));
  const statistics = {
    documents,
    averageLengths: [1, 1, 1, 1, 1],
    frequency: (term: string) => frequencies.get(term) ?? 0,
  };
  return planQuery(words, statistics, spelling, rankingWeights);
}

const weightsOf = ({ terms }: ReturnType<typeof plan>) =>
  Object.fromEntries(terms.map(({ term, weight }) => [term, Math.round(weight * 100) / 100]));

describe('a misspelt word', () => {
  it('that nobody uses stands beside what may have been meant, by how often that is used', () => {
    expect(weightsOf(plan('kestrxl', { kestrel: 30, kestral: 10 }))).toEqual({
      kestrxl: 1,
      kestrel: 0.75,
      kestral: 0.25,
    });
  });

  it('that a document or two hold as well stands beside a word that far more of them hold', () => {
    const found = plan('kestrxl', { kestrxl: 5, kestrel: 100 });
    expect(weightsOf(found)).toEqual({ kestrxl: 1, kestrel: 1 });
    expect(found.sequence).toEqual(['kestrel']);
  });

  it('is taken at its word when it is used too much, or what is like it too little', () => {
    expect(weightsOf(plan('kestrxl', { kestrxl: 6, kestrel: 900 }))).toEqual({ kestrxl: 1 });
    expect(weightsOf(plan('kestrxl', { kestrxl: 5, kestrel: 99 }))).toEqual({ kestrxl: 1 });
  });

  it('takes no place from words that make a match', () => {
    const known = Array.from('abcdefghijklmnop', (letter) => `${letter.repeat(2)}0`);
    const unknown = Array.from('abcdefgh', (letter) => `${letter.repeat(3)}1`);
    const found = plan([...unknown, ...known].join(' '), Object.fromEntries(known.map((word) => [word, 20])));
    expect(found.terms.filter(({ anchor, term }) => anchor && known.includes(term))).toHaveLength(known.length);
  });
});

it('a concept weighs less when it is named by one word, which counts as a word too', () => {
  expect(weightsOf(plan('interpreter', {}))['~interpreter']).toBe(rankingWeights.conceptOfOneWord);
  expect(weightsOf(plan('early help', {}))['~early-help']).toBe(rankingWeights.concept);
});

it('what tells next to nothing beside the rest of the question is not marked', () => {
  const { stems } = highlightTerms(plan('kestrel garden', { kestrel: 2, garden: 2_400 }));
  expect([...stems.keys()]).toEqual(['kestrel']);
  const alone = highlightTerms(plan('garden', { garden: 2_400 }));
  expect([...alone.stems.keys()]).toEqual(['garden']);
});
