import { createHash } from 'node:crypto';
import { analyseDocument } from '../encode-terms.ts';
import { type FacetField, facetFields, type IndexDocument, type Passage } from '../index-document.ts';
import { addOccurrence } from '../ranking/packed-frequencies.ts';
import { editionOf } from './edition.ts';
import { type CodedTerms, decodeRanking, encodeRanking } from './ranking-code.ts';
import { marksHeld } from './term-degrees.ts';
import { documentKey, termValue } from './term-key.ts';

/**
 * A document as the engine stores it.
 *
 * - `terms`: its distinct stems and concepts, marked by degree (see `term-degrees.ts`): what the engine finds it by.
 * - `ranking`: the terms in order (see `ranking-code.ts`): what the hub ranks by.
 * - `edition`: names the document with a digest of `ranking`, `published` and `passages`. The engine tells it without opening the document.
 * - `words`: its distinct words, for the spelling dictionary.
 * - `published`: milliseconds; `published_at`: as given, to build the document anew.
 */
export type StoredDocument = {
  readonly key: string;
  readonly id: string;
  readonly revision: number;
  readonly passages: readonly (readonly [Passage['field'], string])[];
  readonly labels: readonly string[];
  readonly audience: readonly string[];
  readonly published: number;
  readonly published_at: string;
  readonly terms: readonly string[];
  readonly ranking: string;
  readonly edition: string;
  readonly words: string;
} & { readonly [F in FacetField]?: readonly string[] };

/** The document as the engine stores it. */
export function toStored(document: IndexDocument): StoredDocument {
  const { fields, words } = analyseDocument(document);
  const ranking = encodeRanking(fields);
  const frequencies = new Map<string, number>();
  fields.forEach(({ stems, concepts }, field) => {
    for (const term of [...stems, ...concepts]) frequencies.set(term, addOccurrence(frequencies.get(term) ?? 0, field));
  });
  const codes = Object.fromEntries(facetFields.map((field) => [field, document.codes[field] ?? []]));
  const published = Date.parse(document.published);
  const passages = document.passages.map(({ field, text }) => [field, text] as const);
  const key = documentKey(document.id);
  const digest = createHash('sha256')
    .update(ranking)
    .update(JSON.stringify([published, passages]))
    .digest('base64url')
    .slice(0, 16);
  return {
    ...codes,
    key,
    id: document.id,
    revision: document.revision,
    passages,
    labels: document.labels,
    audience: document.audience,
    published,
    published_at: document.published,
    terms: [...frequencies].flatMap(([term, packed]) => marksHeld(packed).map((mark) => termValue(term + mark))),
    ranking,
    edition: editionOf(key, digest),
    words: [...words].join(' '),
  };
}

/** The document that was stored, to be analysed and stored anew. */
export function fromStored(stored: StoredDocument): IndexDocument {
  return {
    id: stored.id,
    revision: stored.revision,
    passages: stored.passages.map(([field, text]) => ({ field, text })),
    labels: stored.labels,
    codes: Object.fromEntries(facetFields.map((field) => [field, stored[field] ?? []])),
    audience: stored.audience,
    published: stored.published_at,
  };
}

/** What a document is ranked by: when it was published, and its terms. */
export type Ranked = Pick<StoredDocument, 'edition' | 'id' | 'published'> & CodedTerms;

/** The fields of a stored document that make what it is ranked by. */
export const rankedBy = ['edition', 'id', 'published', 'ranking'] as const;

export function toRanked({ edition, id, published, ranking }: Pick<StoredDocument, (typeof rankedBy)[number]>): Ranked {
  return { edition, id, published, ...decodeRanking(ranking) };
}
