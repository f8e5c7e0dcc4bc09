import { termsOf } from '../analysis/analyse.ts';
import { inverseDocumentFrequency } from '../ranking/statistics.ts';
import type { CollectionDocument } from './collection.ts';

/**
 * Plain BM25 (Robertson and others, TREC-3) over title and text as one field, with the project's own tokens, stop list and
 * stems and nothing else: the reference that the whole search path is measured against. k1 1.2, b 0.75.
 */
export function plainBm25(documents: readonly CollectionDocument[], k1 = 1.2, b = 0.75) {
  const postings = new Map<string, { document: number; frequency: number }[]>();
  const lengths = documents.map(({ title, text }, document) => {
    const { stems } = termsOf(`${title}\n${text}`);
    const frequencies = new Map<string, number>();
    for (const stem of stems) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
    for (const [stem, frequency] of frequencies) {
      const list = postings.get(stem);
      if (list === undefined) postings.set(stem, [{ document, frequency }]);
      else list.push({ document, frequency });
    }
    return stems.length;
  });
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);

  /** Ids of the best documents, best first. */
  return function search(words: string, limit: number): string[] {
    const scores = new Map<number, number>();
    for (const stem of termsOf(words).stems) {
      const list = postings.get(stem) ?? [];
      const idf = inverseDocumentFrequency(documents.length, list.length);
      for (const { document, frequency } of list) {
        const norm = k1 * (1 - b + (b * (lengths[document] ?? 0)) / average);
        scores.set(document, (scores.get(document) ?? 0) + (idf * frequency * (k1 + 1)) / (frequency + norm));
      }
    }
    return [...scores]
      .sort((x, y) => y[1] - x[1] || x[0] - y[0])
      .slice(0, limit)
      .map(([document]) => documents[document]?.id ?? '');
  };
}
