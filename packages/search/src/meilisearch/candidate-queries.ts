import { termWord } from './term-key.ts';

/** Words that the engine looks for together, and how much a document that holds them is likely to score. */
export type CandidateQuery = {
  readonly words: string;
  readonly strategy: 'all' | 'frequency';
  readonly weight: number;
};

/** The engine reads no further in one query. */
const mostWords = 10;
/** Terms of which every combination is asked for: 2⁵ − 1 queries at most, less those with one term. */
const combinedTerms = 4;

type Term = { readonly term: string; readonly impact: number; readonly anchor: boolean };

/**
 * The queries that bring the candidates for a plan, for one federated request.
 *
 * The engine ranks by which words a document holds and not by how telling they are. So each anchor is asked for by itself
 * (together they bring every match), the few that weigh most in every combination, and the whole query with the most frequent words let go
 * first. Each query is weighted by what its words weigh; federation then merges the results into an order near to BM25's.
 */
export function candidateQueries(terms: readonly Term[]): CandidateQuery[] {
  const telling = [...terms].sort((a, b) => b.impact - a.impact);
  const all = telling.reduce((sum, { impact }) => sum + impact, 0);
  const query = (some: readonly Term[], strategy: CandidateQuery['strategy']): CandidateQuery => ({
    words: some.map(({ term }) => termWord(term)).join(' '),
    strategy,
    weight: Math.max(some.reduce((sum, { impact }) => sum + impact, 0) / Math.max(all, Number.MIN_VALUE), 1e-6),
  });
  const singles = telling.filter(({ anchor }) => anchor).map((term) => query([term], 'all'));
  if (telling.length === 1) return singles;
  const whole = query(telling.slice(0, mostWords), 'frequency');
  return [whole, ...combinations(telling.slice(0, combinedTerms)).map((some) => query(some, 'all')), ...singles];
}

/** Every combination of two or more, with at least one anchor, so that nothing is found that does not match. */
function combinations(terms: readonly Term[]): Term[][] {
  const found: Term[][] = [];
  for (let chosen = 1; chosen < 1 << terms.length; chosen += 1) {
    const some = terms.filter((_, i) => (chosen & (1 << i)) !== 0);
    if (some.length > 1 && some.some(({ anchor }) => anchor)) found.push(some);
  }
  return found;
}
