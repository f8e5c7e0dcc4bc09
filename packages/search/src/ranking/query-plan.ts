import { analyse, conceptPrefix } from '../analysis/analyse.ts';
import { conceptMatcher } from '../analysis/concept-matcher.ts';
import { type CollectionStatistics, inverseDocumentFrequency } from './statistics.ts';
import type { RankingWeights } from './weights.ts';

/**
 * A term of a planned query. `weight` is multiplied with its BM25F score, inverse document frequency included in
 * `impact`. A document matches the query when it holds at least one *anchor*; other terms only order what matched.
 */
export type PlannedTerm = {
  readonly term: string;
  readonly weight: number;
  readonly idf: number;
  readonly anchor: boolean;
};

/** A query ready for an engine: terms with weights, rarest first, and the stems in the order in which they were typed. */
export type QueryPlan = { readonly terms: readonly PlannedTerm[]; readonly sequence: readonly string[] };

/** A term in more of the collection than this does not make a match by itself. */
const commonShare = 0.25;
/** ... unless it is in fewer documents than this, as in a collection that has only begun. */
const fewDocuments = 10;
/** Anchors carry at least this share of what the query's words say. */
const anchoredShare = 0.5;

/** Plans a query: stems, then the concepts that its wording names, with what they are related to. */
export function planQuery(words: string, statistics: CollectionStatistics, weights: RankingWeights): QueryPlan {
  const tokens = analyse(words);
  const wanted = new Map<string, number>();
  const want = (term: string, weight: number) => wanted.set(term, (wanted.get(term) ?? 0) + weight);
  const sequence: string[] = [];
  for (const token of tokens) {
    if (token.stop) continue;
    sequence.push(token.stem);
    want(token.stem, 1);
  }
  for (const { concept } of conceptMatcher().find(tokens)) {
    want(conceptPrefix + concept.id, weights.concept);
    for (const id of concept.related ?? []) want(conceptPrefix + id, weights.related);
  }
  return { terms: withAnchors(wanted, statistics), sequence };
}

function withAnchors(wanted: ReadonlyMap<string, number>, statistics: CollectionStatistics): PlannedTerm[] {
  const common = Math.max(statistics.documents * commonShare, fewDocuments);
  const terms = [...wanted]
    .map(([term, weight]) => {
      const frequency = statistics.frequency(term);
      return { term, weight, frequency, idf: inverseDocumentFrequency(statistics.documents, frequency) };
    })
    .sort((a, b) => b.idf - a.idf || (a.term < b.term ? -1 : 1));
  const all = terms.reduce((sum, { weight, idf }) => sum + weight * idf, 0);
  let anchored = 0;
  return terms.map(({ term, weight, frequency, idf }) => {
    const anchor = frequency <= common || anchored < all * anchoredShare;
    if (anchor) anchored += weight * idf;
    return { term, weight, idf, anchor };
  });
}
