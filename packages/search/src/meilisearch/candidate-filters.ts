import type { CollectionStatistics } from '../ranking/statistics.ts';
import { allExpression, anyTermExpression } from './filter-expression.ts';

/** A term of a query as candidates are looked for by it: how much it says of a document that holds it, and whether it makes a match. */
export type CandidateTerm = { readonly term: string; readonly impact: number; readonly anchor: boolean };

/** Of a longer query so many terms, the most telling, say which documents come first. */
const mostWeighed = 12;
/** What they say together, in whole shares: fine enough to order documents by, coarse enough for small filters. */
const shares = 50;
/** How many documents should hold at least as much of what the query says, in the first filter and in the next. */
const expected = [30, 150];

type Weighed = { readonly term: string; readonly weight: number };

/**
 * Filters that bring the candidates for a query, the most promising documents first; the last lets every match through.
 *
 * The engine can tell which terms a document holds and cannot add up how telling they are. So the sum is turned into a
 * filter: one that lets through what holds terms of at least a given weight together, whichever they are. The weights are
 * chosen by how many documents would hold so much if terms kept to themselves, which is known here without asking.
 */
export function candidateFilters(terms: readonly CandidateTerm[], statistics: CollectionStatistics): string[] {
  const anchors = terms.filter(({ anchor }) => anchor).map(({ term }) => term);
  const any = anyTermExpression(anchors);
  if (terms.length === 1) return [any];
  // What the whole network does not know is in few documents, of narrower audiences, and says the most; and it is often just misspelt.
  const [known, unknown] = [true, false].map((is) => terms.filter(({ term }) => statistics.frequency(term) > 0 === is));
  const weighed = weigh(known ?? []);
  const rare = unknown?.length ? [anyTermExpression(unknown.map(({ term }) => term))] : [];
  const promising = weightsHeld(weighed, statistics).map((weight) => atLeast(weighed, weight));
  return [...[...rare, ...promising].map((each) => allExpression([any, each])), any];
}

/** The most telling terms by how much they weigh of them all, most first. */
function weigh(terms: readonly CandidateTerm[]): Weighed[] {
  const telling = [...terms].sort((a, b) => b.impact - a.impact).slice(0, mostWeighed);
  const all = telling.reduce((sum, { impact }) => sum + impact, 0);
  return telling
    .map(({ term, impact }) => ({ term, weight: Math.round((impact / all) * shares) }))
    .filter(({ weight }) => weight > 0);
}

/** The weights that so many documents hold at least, as `expected` says, highest first; fewer when no more hold anything. */
function weightsHeld(terms: readonly Weighed[], statistics: CollectionStatistics): number[] {
  const most = sumOf(terms);
  // How many documents hold terms of just this weight.
  let holding = Float64Array.from({ length: most + 1 }, (_, weight) => (weight === 0 ? statistics.documents : 0));
  for (const { term, weight } of terms) {
    const share = Math.min(statistics.frequency(term) / Math.max(statistics.documents, 1), 1);
    holding = holding.map((documents, held) => documents * (1 - share) + (holding[held - weight] ?? 0) * share);
  }
  const found: number[] = [];
  let sum = 0;
  for (let weight = most; weight > 0; weight -= 1) {
    sum += holding[weight] ?? 0;
    const wanted = expected[found.length];
    if (wanted !== undefined && sum >= wanted) found.push(weight);
  }
  return found;
}

/** A filter for documents that hold terms of at least a weight together. `terms` weigh less and less, and together no less than that. */
function atLeast(terms: readonly Weighed[], weight: number): string {
  const ways: string[] = [];
  for (const [place, { term, weight: own }] of terms.entries()) {
    const from = terms.slice(place);
    if (sumOf(from) < weight) break;
    // Each of those that are left is enough.
    if ((terms.at(-1)?.weight ?? 0) >= weight)
      return [...ways, anyTermExpression(from.map((each) => each.term))].join(' OR ');
    const held = anyTermExpression([term]);
    ways.push(own >= weight ? held : `${held} AND (${atLeast(from.slice(1), weight - own)})`);
  }
  return ways.join(' OR ');
}

function sumOf(terms: readonly Weighed[]): number {
  return terms.reduce((sum, { weight }) => sum + weight, 0);
}
