import type { CollectionStatistics } from '../ranking/statistics.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { anyTermExpression, type EngineFilter } from './filter-expression.ts';
import { degrees } from './term-degrees.ts';

/** A term of a query as candidates are looked for by it: how much it says of a document that holds it, and whether it makes a match. */
export type CandidateTerm = { readonly term: string; readonly impact: number; readonly anchor: boolean };

/** Of a longer query so many degrees of terms, the most telling, say which documents come first. */
const mostWeighed = 12;
/** What they say together, in whole shares: fine enough to order documents by, coarse enough for small filters. */
const shares = 50;
/** What is in no more documents than this is not weighed. */
const seldom = 8;
/** How many documents should hold at least as much of what the query says as the filter for the most promising asks for. */
const expected = 60;

/** What a document gains by holding a term to a degree, beside what it gains by the lower degrees. */
type Weighed = { readonly term: string; readonly value: string; readonly weight: number };

/**
 * Filters that bring the candidates for a query, the most promising documents first; the last lets every match through.
 *
 * The engine can tell which terms a document holds, and to which degree, and cannot add up how telling they are. So the sum is
 * turned into a filter: one that lets through what holds at least a given weight, by whichever terms. The weight is chosen by
 * how many documents would hold so much if terms kept to themselves, which is known here without asking.
 */
export function candidateFilters(terms: readonly CandidateTerm[], statistics: CollectionStatistics): EngineFilter[] {
  const any = anyTermExpression(terms.filter(({ anchor }) => anchor).map(({ term }) => term));
  const isSeldom = ({ term }: CandidateTerm) => statistics.frequency(term) <= seldom;
  // All that hold what is in few documents are brought: it says the most, and there is no need to weigh it. What the whole network
  // does not know at all is in documents of narrower audiences, or just misspelt.
  const rare = terms.filter(isSeldom).map(({ term }) => term);
  const weighed = weigh(terms.filter((term) => !isSeldom(term)));
  const weight = weightHeld(weighed, statistics);
  if (weight === undefined) return [[any]];
  const first = rare.length > 0 ? [[any, [anyTermExpression(rare)]]] : [];
  return [...first, [any, waysToHold(weighed, weight)], [any]];
}

/** The most telling degrees of terms, by how much they weigh of them all, most first. */
function weigh(terms: readonly CandidateTerm[]): Weighed[] {
  const telling = terms
    .flatMap(({ term, impact }) =>
      degrees.map(({ mark, gain }) => ({ term, value: term + mark, weight: impact * gain })),
    )
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostWeighed);
  const all = sumOf(telling);
  return telling
    .map(({ weight, ...each }) => ({ ...each, weight: Math.round((weight / all) * shares) }))
    .filter(({ weight }) => weight > 0);
}

/** The weight that so many documents hold at least, as `expected` says; undefined when no more than that hold anything. */
function weightHeld(weighed: readonly Weighed[], statistics: CollectionStatistics): number | undefined {
  const most = sumOf(weighed);
  // How many documents hold just this weight.
  let holding = Float64Array.from({ length: most + 1 }, (_, weight) => (weight === 0 ? statistics.documents : 0));
  for (const ofTerm of Map.groupBy(weighed, ({ term }) => term).values()) {
    const before = holding;
    holding = new Float64Array(most + 1);
    let own = 0;
    let share = 1;
    for (const [degree, to] of [...ofTerm, undefined].entries()) {
      const held = to === undefined ? 0 : Math.min(statistics.frequency(to.value) / statistics.documents, share);
      holding.forEach((documents, weight) => {
        holding[weight] = documents + (before[weight - own] ?? 0) * (share - held);
      });
      share = held;
      own += ofTerm[degree]?.weight ?? 0;
    }
  }
  let sum = 0;
  let fewer: number | undefined;
  for (let weight = most; weight > 0; weight -= 1) {
    sum += holding[weight] ?? 0;
    // Where so many hold a weight that not all are looked at, those that hold the next higher come before them.
    if (sum > expected) return sum > rankingWeights.rerank ? (fewer ?? weight) : weight;
    if (sum >= 0.5 && (holding[weight] ?? 0) > 0) fewer = weight;
  }
  return undefined;
}

/**
 * The ways to hold at least a weight, each a filter; what is `weighed` weighs less and less. They are short and not nested, because
 * the engine reads a filter in a time that grows with the square of its length.
 */
function waysToHold(weighed: readonly Weighed[], weight: number): string[] {
  const enough: string[] = [];
  const ways: string[] = [];
  for (let left = weighed; sumOf(left) >= weight; ) {
    const [first, ...others] = left;
    if (first === undefined) break;
    if (first.weight >= weight) enough.push(first.value);
    else
      for (const way of waysToHold(others, weight - first.weight))
        ways.push(`${anyTermExpression([first.value])} AND ${way}`);
    // What does not hold a term to this degree holds it to no higher one.
    left = others.filter(({ term }) => term !== first.term);
  }
  return enough.length === 0 ? ways : [anyTermExpression(enough), ...ways];
}

function sumOf(weighed: readonly { readonly weight: number }[]): number {
  return weighed.reduce((sum, { weight }) => sum + weight, 0);
}
