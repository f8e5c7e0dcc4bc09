import { filterFields } from '@practice-exchange/protocol';

/** The ranked fields, in the order in which postings and lengths are packed. */
export const rankedFields = ['title', 'summary', 'points', 'body', 'labels'] as const;
export type RankedField = (typeof rankedFields)[number];

/** The passages of a document, in reading order, and the ranked field that each one counts towards. */
export const passageFields = {
  title: 'title',
  summary: 'summary',
  situation: 'body',
  response: 'body',
  whatHappened: 'body',
  whatWorked: 'body',
  whatDidNot: 'body',
  learningPoints: 'points',
  nextTime: 'body',
  text: 'body',
} as const satisfies Record<string, RankedField>;
export type PassageField = keyof typeof passageFields;

/** The coded fields that can be filtered by and counted: those that people are offered, and whose the document is. */
export const facetFields = [...filterFields, 'authority'] as const;
export type FacetField = (typeof facetFields)[number];

/** One run of prose. A list, such as the learning points, is several passages of one field. */
export type Passage = { readonly field: PassageField; readonly text: string };

/**
 * What an index stores: the shape beneath `LearningDocument`, which a test collection can be mapped to as well.
 *
 * - `passages`: prose in reading order; it is ranked, highlighted and probed for phrases.
 * - `labels`: the words of the coded fields, ranked at a low weight and never highlighted.
 * - `codes`: values by coded field, for filters, counts and likeness.
 * - `audience`: tokens of `audienceTokens`.
 * - `published`: an ISO date or instant, by which *newest* sorts.
 */
export type IndexDocument = {
  readonly id: string;
  readonly revision: number;
  readonly passages: readonly Passage[];
  readonly labels: readonly string[];
  readonly codes: Readonly<Partial<Record<FacetField, readonly string[]>>>;
  readonly audience: readonly string[];
  readonly published: string;
};
