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
  /** Weight of a concept that the query names, against a word of the query. */
  readonly concept: number;
  /** Weight of a concept that is only related to one that the query names. */
  readonly related: number;
};

export const rankingWeights: RankingWeights = {
  k1: 1.2,
  field: [2, 1.5, 1.2, 1, 0.6],
  b: [0.3, 0.5, 0.5, 0.75, 0.3],
  concept: 0.4,
  related: 0.12,
};

export const fieldCount = rankedFields.length;
