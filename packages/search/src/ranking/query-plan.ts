import { type AnalysedToken, analyse, conceptPrefix } from '../analysis/analyse.ts';
import { conceptMatcher } from '../analysis/concept-matcher.ts';
import { stem } from '../analysis/stem.ts';
import { stopWords } from '../analysis/stop-words.ts';
import { vocabularyStems } from '../analysis/vocabulary-words.ts';
import type { Correction } from './spelling-index.ts';
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

/** A word of the query that hardly anybody uses, and what was most likely meant. `start` and `end` are offsets into the query. */
export type Misspelling = {
  readonly start: number;
  readonly end: number;
  readonly stem: string;
  readonly meant: string;
};

/**
 * A query ready for an engine: terms with weights, rarest first; the stems in the order in which they were typed, misspelt
 * ones put right; and the misspellings.
 */
export type QueryPlan = {
  readonly terms: readonly PlannedTerm[];
  readonly sequence: readonly string[];
  readonly misspellings: readonly Misspelling[];
};

/** Where a planner looks up the spelling of words: the collection's dictionary. */
export type Speller = { corrections(word: string): readonly Correction[] };

/** A term in more of the collection than this does not make a match by itself. */
const commonShare = 0.25;
/** ... unless it is in fewer documents than this, as in a collection that has only begun. */
const fewDocuments = 10;
/** No more terms than this make matches by themselves: of a very long query, the most telling. */
const mostAnchors = 16;
/** Anchors carry at least this share of what the query's words say. */
const anchoredShare = 0.5;
/** A word that is in no more of the collection than this may be misspelt in the documents too … */
const seldomShare = 1 / 2000;
/** … when a word beside it is in so many times more documents. */
const farMoreOften = 20;

/**
 * Plans a query: its stems; for a word that hardly any document of the whole network uses, the words that may have been meant, each weighted by how
 * likely it is, beside the word itself; and the concepts that the wording names, with what they are related to.
 */
export function planQuery(
  words: string,
  statistics: CollectionStatistics,
  speller: Speller,
  weights: RankingWeights,
): QueryPlan {
  const wanted = new Map<string, number>();
  const want = (term: string, weight: number) => wanted.set(term, (wanted.get(term) ?? 0) + weight);
  const sequence: string[] = [];
  const misspellings: Misspelling[] = [];
  const corrected: { stem: string }[] = [];
  for (const token of analyse(words)) {
    const corrections = correctionsOf(token, statistics, speller);
    const [likeliest] = corrections;
    const meant = likeliest === undefined ? token.stem : stem(likeliest.word);
    corrected.push({ stem: meant });
    if (token.stop) continue;
    want(token.stem, 1);
    if (likeliest !== undefined && meant !== token.stem) {
      const { start, end } = token;
      misspellings.push({ start, end, stem: token.stem, meant: likeliest.word });
      for (const { word, likelihood } of corrections) {
        if (!stopWords.has(word)) want(stem(word), likelihood);
      }
    }
    if (likeliest === undefined || !stopWords.has(likeliest.word)) sequence.push(meant);
  }
  for (const { concept, first, last } of conceptMatcher().find(corrected)) {
    want(conceptPrefix + concept.id, first === last ? weights.conceptOfOneWord : weights.concept);
    for (const id of concept.related ?? []) want(conceptPrefix + id, weights.related);
  }
  return { terms: withAnchors(wanted, statistics), sequence, misspellings };
}

function correctionsOf(
  { word, stem: typed, stop }: AnalysedToken,
  statistics: CollectionStatistics,
  speller: Speller,
): readonly Correction[] {
  const frequency = statistics.frequency(typed);
  if (stop || vocabularyStems.has(typed) || frequency > statistics.documents * seldomShare) return [];
  const corrections = speller.corrections(word);
  if (frequency === 0) return corrections;
  const likely = corrections.filter(({ word: other }) => {
    const meant = stem(other);
    return meant !== typed && statistics.frequency(meant) >= frequency * farMoreOften;
  });
  const all = likely.reduce((sum, { likelihood }) => sum + likelihood, 0);
  return likely.map(({ word: other, likelihood }) => ({ word: other, likelihood: likelihood / all }));
}

/** The query with its misspellings put right, or undefined when there are none. */
export function correctedWords(words: string, misspellings: readonly Misspelling[]): string | undefined {
  if (misspellings.length === 0) return undefined;
  let at = 0;
  let corrected = '';
  for (const { start, end, meant } of misspellings) {
    corrected += words.slice(at, start) + meant;
    at = end;
  }
  return corrected + words.slice(at);
}

function withAnchors(wanted: ReadonlyMap<string, number>, statistics: CollectionStatistics): PlannedTerm[] {
  const common = Math.max(statistics.documents * commonShare, fewDocuments);
  const terms = [...wanted]
    .map(([term, weight]) => {
      const frequency = statistics.frequency(term);
      return { term, weight, frequency, idf: inverseDocumentFrequency(statistics.documents, frequency) };
    })
    .sort((a, b) => b.idf * b.weight - a.idf * a.weight || (a.term < b.term ? -1 : 1));
  const all = terms.reduce((sum, { weight, idf, frequency }) => sum + (frequency === 0 ? 0 : weight * idf), 0);
  let anchored = 0;
  let anchors = 0;
  return terms.map(({ term, weight, frequency, idf }) => {
    const anchor = anchors < mostAnchors && (frequency <= common || anchored < all * anchoredShare);
    // A word that only a narrower audience uses is an anchor to it, and takes no place from others.
    if (anchor && frequency > 0) anchors += 1;
    if (anchor && frequency > 0) anchored += weight * idf;
    return { term, weight, idf, anchor };
  });
}
