import { describe, expect, it } from 'vitest';
import { seededRandom } from '../scoring/add-typos.ts';
import { type CandidateTerm, candidateFilters } from './candidate-filters.ts';
import type { EngineFilter } from './filter-expression.ts';
import { degrees } from './term-degrees.ts';

const documents = 2000;
/** A query's terms by how many of the documents hold them, about; those in fewer say more. */
const frequencies = { a: 20, b: 60, c: 100, d: 150, e: 300, f: 1500 };
const terms: CandidateTerm[] = Object.entries(frequencies).map(([term, frequency]) => ({
  term,
  impact: Math.log(documents / frequency),
  anchor: frequency < documents / 4,
}));

const random = seededRandom(7);
/** Of the documents that hold a term, a third hold it to a higher degree, and a third of those to the highest. */
const collection = Array.from({ length: documents }, () => {
  const held = new Set<string>();
  for (const [term, frequency] of Object.entries(frequencies)) {
    let chance = frequency / documents;
    for (const { mark } of degrees) {
      if (random() >= chance) break;
      held.add(term + mark);
      chance = 1 / 3;
    }
  }
  return held;
});
const statistics = {
  documents,
  averageLengths: [],
  frequency: (term: string) => collection.filter((held) => held.has(term)).length,
};

/** Whether a filter lets a document through, read as the engine reads it. */
const lets = (filter: EngineFilter, held: ReadonlySet<string>): boolean =>
  filter.every((each) => (typeof each === 'string' ? holds(each, held) : each.some((way) => holds(way, held))));

function holds(way: string, held: ReadonlySet<string>): boolean {
  return way.split(' AND ').every((condition) => {
    const values = /^terms (?:= |IN \[)((?:"\w+\+*"(?:, )?)+)\]?$/.exec(condition)?.[1];
    if (values === undefined) throw new Error(`Not to be read: ${condition}`);
    return values.split(', ').some((value) => held.has(value.slice(1, -1)));
  });
}

const weightOf = (held: ReadonlySet<string>) =>
  terms.reduce(
    (sum, { term, impact }) =>
      degrees.reduce((gained, { mark, gain }) => gained + (held.has(term + mark) ? impact * gain : 0), sum),
    0,
  );
const matches = (held: ReadonlySet<string>) => terms.some(({ term, anchor }) => anchor && held.has(term));
const through = (filter: EngineFilter) => collection.filter((held) => lets(filter, held));

describe('candidateFilters', () => {
  it('lets through first what holds most of what the query says, and every match in the end', () => {
    const [first = [], last = [], ...others] = candidateFilters(terms, statistics).map(through);
    expect(others).toEqual([]);
    expect(first.length).toBeGreaterThan(40);
    expect(first.length).toBeLessThan(120);
    expect(last).toEqual(collection.filter(matches));
    expect(first.every(matches)).toBe(true);
    const left = last.filter((held) => !first.includes(held));
    // The lesser degrees of common terms are not weighed, so that neighbours may change places.
    const near = weightOf(new Set(Object.keys(frequencies))) / 7;
    expect(Math.max(...left.map(weightOf))).toBeLessThan(Math.min(...first.map(weightOf)) + near);
  });

  it('lets through first what holds a single word most', () => {
    const [first = [], ...others] = candidateFilters(terms.slice(4, 5), statistics).map(through);
    expect(first.length).toBeGreaterThan(15);
    expect(first).toEqual(collection.filter((held) => held.has('e+')));
    expect(others.at(-1)).toEqual(collection.filter((held) => held.has('e')));
  });

  it('asks first for a word that the network does not know, and counts on it for nothing', () => {
    const [first = [], ...others] = candidateFilters([{ term: 'x', impact: 9, anchor: true }, ...terms], statistics);
    expect(lets(first, new Set(['x']))).toBe(true);
    expect(through(first)).toEqual([]);
    expect(others.map(through)).toEqual(candidateFilters(terms, statistics).map(through));
    expect(lets(others.at(-1) ?? [], new Set(['x']))).toBe(true);
  });

  it('asks first for what is in few documents, without weighing it', () => {
    const frequency = (term: string) => (term === 'y' ? 5 : statistics.frequency(term));
    const [first = [], ...others] = candidateFilters([{ term: 'y', impact: 6, anchor: true }, ...terms], {
      ...statistics,
      frequency,
    });
    expect(lets(first, new Set(['y']))).toBe(true);
    expect(lets(first, new Set(Object.keys(frequencies)))).toBe(false);
    expect(others.map(through)).toEqual(candidateFilters(terms, statistics).map(through));
  });

  it('asks once for words that are in few documents', () => {
    const seldom = { ...statistics, frequency: () => 3 };
    expect(candidateFilters(terms.slice(0, 2), seldom)).toEqual([['terms IN ["a", "b"]']]);
  });

  it('stays small for a question of thirty words', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ term: `w${i}`, impact: 5 - i / 10, anchor: true }));
    const filters = candidateFilters(many, { ...statistics, frequency: () => 200 });
    const ways = filters.flat(2);
    expect(ways.length).toBeGreaterThan(10);
    expect(ways.length).toBeLessThan(1000);
    for (const way of ways.slice(0, -1)) expect(way.length).toBeLessThan(500);
  });
});
