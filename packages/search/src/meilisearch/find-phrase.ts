import type { Index } from 'meilisearch';
import { termsOf } from '../analysis/analyse.ts';
import { holdsPhrase } from '../phrase.ts';
import { anyTermExpression } from './filter-expression.ts';
import type { StoredDocument } from './stored-document.ts';

const page = 1000;
const mostWords = 10;

/**
 * Ids of the documents that hold a phrase of whole words. The engine finds those with its words; each is then read. A phrase
 * of nothing but stop words is looked for in every document.
 */
export async function findPhrase(index: Index<StoredDocument>, phrase: string): Promise<string[]> {
  const words = [...new Set(termsOf(phrase).stems)].slice(0, mostWords);
  const fields = ['id', 'passages'] as const;
  const found: string[] = [];
  const read = (documents: readonly Pick<StoredDocument, 'id' | 'passages'>[]) => {
    for (const { id, passages } of documents)
      if (
        holdsPhrase(
          passages.map(([, text]) => text),
          phrase,
        )
      )
        found.push(id);
  };
  if (words.length > 0) {
    const filter = words.map((word) => anyTermExpression([word]));
    const { results } = await index.getDocuments({ filter, limit: page, fields: [...fields] });
    read(results as StoredDocument[]);
    if (results.length < page) return found.sort();
    found.length = 0;
  }
  for (let offset = 0; ; offset += page) {
    const { results } = await index.getDocuments({ offset, limit: page, fields: [...fields] });
    read(results as StoredDocument[]);
    if (results.length < page) return found.sort();
  }
}
