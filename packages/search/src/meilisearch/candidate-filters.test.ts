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
    const values = /^terms IN \[((?:"\w+\+*"(?:, )?)+)\]$/.exec(condition)?.[1];
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

/** What is promising, and everything that matches. */
function brought(of: readonly CandidateTerm[], known = statistics, wanted?: number) {
  const { promising, matches: all } = candidateFilters(of, known, wanted);
  return { promising: promising && through(promising), all: through(all) };
}

describe('candidateFilters', () => {
  it('finds what holds most of what the query says, and lets every match through beside it', () => {
    const { promising = [], all } = brought(terms, statistics, 60);
    expect(promising.length).toBeGreaterThan(40);
    expect(promising.length).toBeLessThan(120);
    expect(all).toEqual(collection.filter(matches));
    expect(promising.every(matches)).toBe(true);
    const left = all.filter((held) => !promising.includes(held));
    // The lesser degrees of common terms are not weighed, so that neighbours may change places.
    const near = weightOf(new Set(Object.keys(frequencies))) / 7;
    expect(Math.max(...left.map(weightOf))).toBeLessThan(Math.min(...promising.map(weightOf)) + near);
  });

  it('finds as many as are wanted, about', () => {
    const found = [30, 100, 300].map((wanted) => brought(terms, statistics, wanted).promising?.length ?? 0);
    expect(found.every((count, i) => count > (found[i - 1] ?? 0))).toBe(true);
  });

  it('finds what holds a single word most', () => {
    const { promising, all } = brought(terms.slice(4, 5), statistics, 60);
    expect(promising?.length).toBeGreaterThan(15);
    expect(promising).toEqual(collection.filter((held) => held.has('e+')));
    expect(all).toEqual(collection.filter((held) => held.has('e')));
  });

  it('finds all that hold a word which the network does not know, and counts on it for nothing', () => {
    const filters = candidateFilters([{ term: 'x', impact: 9, anchor: true }, ...terms], statistics);
    expect(lets(filters.promising ?? [], new Set(['x']))).toBe(true);
    expect(through(filters.promising ?? [])).toEqual(brought(terms).promising);
    expect(lets(filters.matches, new Set(['x']))).toBe(true);
  });

  it('finds all that hold what is in few documents, without weighing it', () => {
    const frequency = (term: string) => (term === 'y' ? 5 : statistics.frequency(term));
    const { promising = [] } = candidateFilters([{ term: 'y', impact: 6, anchor: true }, ...terms], {
      ...statistics,
      frequency,
    });
    expect(lets(promising, new Set(['y']))).toBe(true);
    expect(through(promising)).toEqual(brought(terms).promising);
  });

  it('asks once where everything that matches can come first', () => {
    const seldom = { ...statistics, frequency: () => 3 };
    expect(candidateFilters(terms.slice(0, 2), seldom)).toEqual({ matches: ['terms IN ["a", "b"]'] });
    expect(candidateFilters(terms.slice(0, 2), statistics)).toEqual({ matches: ['terms IN ["a", "b"]'] });
  });

  it('still tells apart what matches by common words alone, where the telling ones are in few documents', () => {
    const rare = Array.from({ length: 9 }, (_, i) => ({ term: `r${i}`, impact: 8, anchor: true }));
    const frequency = (term: string) => (term.startsWith('r') ? 12 : statistics.frequency(term));
    const filters = candidateFilters([...rare, ...terms.slice(4, 5)], { ...statistics, frequency });
    expect(lets(filters.promising ?? [], new Set(['r1']))).toBe(true);
    expect(lets(filters.promising ?? [], new Set(['e']))).toBe(false);
    expect(lets(filters.matches, new Set(['e']))).toBe(true);
  });

  it('stays small for a question of thirty words', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ term: `w${i}`, impact: 5 - i / 10, anchor: true }));
    const { promising = [] } = candidateFilters(many, { ...statistics, frequency: () => 200 });
    const ways = promising.slice(1).flat();
    expect(ways.length).toBeGreaterThan(1);
    expect(ways.join(' ').match(/"w\d+\+*"/g)?.length).toBeLessThanOrEqual(40);
  });
});
