/**
 * What the ranker knows of the collection, counted over the documents that the whole network may see and no others.
 * `averageLengths` are in stems, by ranked field; `frequency` is the number of those documents that hold a term.
 */
export type CollectionStatistics = {
  readonly documents: number;
  readonly averageLengths: readonly number[];
  frequency(term: string): number;
};

/** Inverse document frequency in the form that is never negative (Robertson and Zaragoza 2009, with Lucene's +1). */
export function inverseDocumentFrequency(documents: number, frequency: number): number {
  return Math.log(1 + (Math.max(documents, frequency) - frequency + 0.5) / (frequency + 0.5));
}
