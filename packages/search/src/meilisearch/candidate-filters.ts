import type { CollectionStatistics } from '../ranking/statistics.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { byTerm, estimateHolders, sumOf, type Weighed } from './estimate-holders.ts';
import { anyTermExpression, type EngineFilter } from './filter-expression.ts';
import { degrees } from './term-degrees.ts';

/** A term of a query as candidates are looked for by it: how much it says of a document that holds it, and whether it makes a match. */
export type CandidateTerm = { readonly term: string; readonly impact: number; readonly anchor: boolean };

/** Of a query so many degrees of terms at most, the most telling, say which documents are promising, … */
const mostWeighed = 16;
/** … and fewer of a longer one, so that a filter names no more terms than this, … */
const mostNamed = 40;
/** … unless these few take more. */
const fewestWeighed = 5;
/** What they say together, in whole shares: fine enough to tell documents by, coarse enough for small filters. */
const shares = 50;
/** What is in no more documents than this is not weighed. */
const seldom = 8;
/** How many documents should hold at least as much of what the query says as the filter for the most promising asks for. */
export const expected = rankingWeights.rerank;
/** So many times more are not worth reading. */
const farTooMany = 2;

/** Two filters: `matches` lets every match through; `promising` those that can come first, undefined where these are all. */
export type CandidateFilters = { readonly matches: EngineFilter; readonly promising?: EngineFilter };

/** What lets every match through. */
export function matchesFilter(terms: readonly CandidateTerm[]): EngineFilter {
  return [anyTermExpression(terms.filter(({ anchor }) => anchor).map(({ term }) => term))];
}

/**
 * Filters that bring the candidates for a query.
 *
 * The engine can tell which terms a document holds, and to which degree, and cannot add up how telling they are. So the sum is
 * turned into a filter: one that lets through what holds at least a given weight, by whichever terms. The weight is chosen by
 * how many documents hold so much, which is estimated without asking; `wanted` says how many there should be.
 */
export function candidateFilters(
  terms: readonly CandidateTerm[],
  statistics: CollectionStatistics,
  wanted = expected,
): CandidateFilters {
  const matches = matchesFilter(terms);
  const isSeldom = ({ term }: CandidateTerm) => statistics.frequency(term) <= seldom;
  // All that hold what is in few documents are brought: it says the most, and there is no need to weigh it. What the whole network
  // does not know at all is in documents of narrower audiences, or just misspelt.
  const rare = terms.filter(isSeldom).map(({ term }) => term);
  const { weighed, weight, ways } = asExactlyAsMayBe(
    terms.filter((term) => !isSeldom(term)),
    statistics,
    wanted,
  );
  const promising = rare.length === 0 ? ways : [anyTermExpression(rare), ...ways];
  const brought = new Set([...rare, ...weighed.map(({ term }) => term)]);
  const areAll = weight <= 1 && terms.every(({ term, anchor }) => !anchor || brought.has(term));
  return { matches, ...(areAll ? {} : { promising: [...matches, promising] }) };
}

/** The ways to hold what about as many documents hold as are wanted, weighing as many degrees of terms as few enough ways allow. */
function asExactlyAsMayBe(terms: readonly CandidateTerm[], statistics: CollectionStatistics, wanted: number) {
  const telling = terms
    .flatMap(({ term, impact }) =>
      degrees.map(({ mark, gain }) => ({ term, value: term + mark, weight: impact * gain })),
    )
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostWeighed)
    .map((degree) => ({ ...degree, frequency: statistics.frequency(degree.value) }));
  for (let most = telling.length; ; most -= 1) {
    const weighed = inShares(telling.slice(0, most));
    const weight = weightHeld(weighed, statistics.documents, wanted);
    const ways = waysToHold(byTerm(weighed), weight, most > fewestWeighed ? mostNamed : Number.POSITIVE_INFINITY);
    if (ways !== undefined) return { weighed, weight, ways };
  }
}

function inShares(telling: readonly Weighed[]): Weighed[] {
  const all = sumOf(telling);
  return telling
    .map(({ weight, ...each }) => ({ ...each, weight: Math.round((weight / all) * shares) }))
    .filter(({ weight }) => weight > 0);
}

/** The weight that about so many documents hold at least; 1, which is anything, when no more than that hold anything. */
function weightHeld(weighed: readonly Weighed[], documents: number, wanted: number): number {
  const holders = estimateHolders(weighed, documents);
  let fewer: number | undefined;
  for (let weight = holders.length - 1; weight > 0; weight -= 1) {
    const held = holders[weight] as number;
    // Where far too many hold a weight, those that hold the next higher are enough.
    if (held > wanted) return held > wanted * farTooMany ? (fewer ?? weight) : weight;
    if (held >= 0.5) fewer = weight;
  }
  return 1;
}

/**
 * The ways to hold at least a weight, each a filter that lists terms; undefined when they name more than some terms together. They
 * name a term by the highest degree only, tell together what differs between them in one term, and are not nested: the engine reads a list of
 * values in a quarter of the time of as many comparisons, and an expression in one that grows with the square of its length.
 */
function waysToHold(terms: readonly (readonly Weighed[])[], weight: number, most: number): string[] | undefined {
  // What the terms from each on weigh together.
  const left = terms.map((_, from) => sumOf(terms.slice(from).flat()));
  const ways = new Map<readonly string[], string[]>();
  let named = 0;
  const add = (held: readonly string[], needed: number, from: number) => {
    if ((left[from] ?? 0) < needed || named > most) return;
    let gained = 0;
    for (const degree of terms[from] ?? []) {
      gained += degree.weight;
      if (gained >= needed) {
        const enough = ways.get(held);
        named += enough === undefined ? held.length + 1 : 1;
        ways.set(held, [...(enough ?? []), degree.value]);
        break;
      }
      add([...held, degree.value], needed - gained, from + 1);
    }
    add(held, needed, from + 1);
  };
  add([], weight, 0);
  if (named > most) return undefined;
  return [...ways].map(([held, enough]) =>
    [...held.map((value) => [value]), enough].map((values) => anyTermExpression(values)).join(' AND '),
  );
}
