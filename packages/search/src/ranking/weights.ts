import { rankedFields } from '../index-document.ts';

/**
 * The parameters of the ranker. Field arrays follow `rankedFields`: title, summary, points, body, labels.
 *
 * BM25F as in Zaragoza et al., "Microsoft Cambridge at TREC-13" (2004): frequencies are weighted and normalised for
 * length by field, added up, and only then saturated.
 */
export type RankingWeights = {
  /** Saturation of the term frequency. */
  readonly k1: number;
  /** Weight of an occurrence, by field. */
  readonly field: readonly number[];
  /** Strength of length normalisation, by field; 0 is none. */
  readonly b: readonly number[];
  /** Weight of a concept that the query names, against a word of the query. Only the vocabulary's own field has any: `score:practice` set it. */
  readonly concept: number;
  /** The same for a wording of one word, which counts as a word too, and may mean something else elsewhere ("loss"). */
  readonly conceptOfOneWord: number;
  /** Weight of a concept that is only related to one that the query names. */
  readonly related: number;
  /** Neighbouring words of the query: weight of each pair found side by side, or within `window` words. */
  readonly proximity: { readonly adjacent: number; readonly near: number; readonly window: number };
  /**
   * Feedback from the first results: how many documents and terms, how much they count against the query's own words, how much the
   * document's own score counts (`trust`), and the length below which a document is taken to be that long.
   */
  readonly feedback: {
    readonly documents: number;
    readonly terms: number;
    readonly weight: number;
    readonly trust: number;
    readonly shortest: number;
  };
  /** The first documents' scores are drawn by a share towards the mean of those of the candidates most like each: how many documents, how many neighbours. */
  readonly smoothing: { readonly documents: number; readonly neighbours: number; readonly share: number };
  /** How many of the first stage's documents the second stage looks at. */
  readonly rerank: number;
};

/**
 * Chosen by reason and on small public collections together, with their questions in view (see
 * docs/search.md): abstracts and case reviews are long because they say more, so length counts a little less than usual; a word found side by
 * side counts about half a word more; and of the first results only those that score nearly as well as the best speak for what was meant.
 */
export const rankingWeights: RankingWeights = {
  k1: 1.2,
  field: [2, 1.5, 1.2, 1, 0.6],
  b: [0.5, 0.5, 0.5, 0.6, 0.3],
  concept: 1,
  conceptOfOneWord: 0.6,
  related: 0.12,
  proximity: { adjacent: 0.5, near: 0.4, window: 20 },
  feedback: { documents: 15, terms: 60, weight: 1.5, trust: 6, shortest: 30 },
  smoothing: { documents: 20, neighbours: 8, share: 0.25 },
  rerank: 200,
};

export const fieldCount = rankedFields.length;
