import { describe, expect, it } from 'vitest';
import { seededRandom } from '../scoring/add-typos.ts';
import { type CandidateTerm, candidateFilters } from './candidate-filters.ts';

const documents = 2000;
/** A query's terms by how many of the documents hold them; those in fewer say more. */
const frequencies = { a: 20, b: 60, c: 100, d: 150, e: 300, f: 1500 };
const terms: CandidateTerm[] = Object.entries(frequencies).map(([term, frequency]) => ({
  term,
  impact: Math.log(documents / frequency),
  anchor: frequency < documents / 4,
}));
const statistics = (known: Readonly<Record<string, number>>) => ({
  documents,
  averageLengths: [],
  frequency: (term: string) => known[term] ?? 0,
});

const random = seededRandom(7);
const collection = Array.from(
  { length: documents },
  () =>
    new Set(
      Object.entries(frequencies).flatMap(([term, frequency]) => (random() < frequency / documents ? [term] : [])),
    ),
);

/** Whether a filter lets a document through, read as the engine reads it: AND before OR. */
function lets(filter: string, held: ReadonlySet<string>): boolean {
  const ways = partedBy(' OR ', filter);
  if (ways.length > 1) return ways.some((way) => lets(way, held));
  const conditions = partedBy(' AND ', filter);
  if (conditions.length > 1) return conditions.every((condition) => lets(condition, held));
  const inner = /^\((.*)\)$/.exec(filter)?.[1];
  if (inner !== undefined) return lets(inner, held);
  const values = /^terms (?:= |IN \[)((?:"\w+"(?:, )?)+)\]?$/.exec(filter)?.[1];
  if (values === undefined) throw new Error(`Not to be read: ${filter}`);
  return values.split(', ').some((value) => held.has(value.slice(1, -1)));
}

/** The parts of a filter between an operator, where no parenthesis is open. */
function partedBy(operator: string, filter: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const piece of filter.split(/(?=[()])|(?<=[()])|(?= OR | AND )|(?<= OR | AND )/)) {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === operator && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return parts;
}

const weightOf = (held: ReadonlySet<string>) =>
  terms.reduce((sum, { term, impact }) => sum + (held.has(term) ? impact : 0), 0);
const matches = (held: ReadonlySet<string>) => terms.some(({ term, anchor }) => anchor && held.has(term));

describe('candidateFilters', () => {
  it('lets through first what holds most of what the query says, and every match in the end', () => {
    const filters = candidateFilters(terms, statistics(frequencies));
    expect(filters).toHaveLength(3);
    const found = filters.map((filter) => collection.filter((held) => lets(filter, held)));
    const sizes = found.map(({ length }) => length);
    expect(sizes[0]).toBeGreaterThan(15);
    expect(sizes[1]).toBeGreaterThan(sizes[0] ?? 0);
    expect(sizes[1]).toBeLessThan(300);
    expect(found[2]).toEqual(collection.filter(matches));
    for (const through of found) {
      const left = collection.filter((held) => matches(held) && !through.includes(held));
      const least = Math.min(...through.map(weightOf));
      // Weights are in shares of a fiftieth, so that two next to each other may change places.
      const most = Math.max(0, ...left.map(weightOf));
      expect(most).toBeLessThan(least + weightOf(new Set(Object.keys(frequencies))) / 20);
      expect(through.every(matches)).toBe(true);
    }
  });

  it('asks first for a word that the network does not know, and counts on it for nothing', () => {
    const word = { term: 'x', impact: 9, anchor: true };
    const [first, ...others] = candidateFilters([word, ...terms], statistics(frequencies));
    expect(lets(first ?? '', new Set(['x']))).toBe(true);
    expect(collection.some((held) => lets(first ?? '', held))).toBe(false);
    const without = candidateFilters(terms, statistics(frequencies));
    const passing = (filters: readonly string[]) =>
      filters.map((filter) => collection.filter((held) => lets(filter, held)));
    expect(passing(others)).toEqual(passing(without));
    expect(lets(others.at(-1) ?? '', new Set(['x']))).toBe(true);
  });

  it('asks once for a single word, and for words in few documents', () => {
    expect(candidateFilters(terms.slice(0, 1), statistics(frequencies))).toEqual(['terms = "a"']);
    expect(candidateFilters(terms.slice(0, 2), statistics({ a: 3, b: 2 }))).toEqual(['terms IN ["a", "b"]']);
  });

  it('stays small for a question of thirty words', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ term: `w${i}`, impact: 5 - i / 10, anchor: true }));
    const filters = candidateFilters(
      many,
      statistics(Object.fromEntries(many.map(({ term }, i) => [term, 20 + i * 10]))),
    );
    expect(filters.join('').length).toBeLessThan(60_000);
  });
});
