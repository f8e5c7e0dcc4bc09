import { normLength } from './field-norms.ts';
import { packedMasks, packedShifts } from './packed-frequencies.ts';
import { fieldCount } from './weights.ts';

/** The distinct terms of a document as ascending numbers, each with its packed frequency. */
export type TermFrequencies = { readonly terms: Uint32Array; readonly packed: Uint16Array };

/** A term of a query: its number, and its weight times its inverse document frequency. */
export type QueryTerm = { readonly key: number; readonly impact: number };

/**
 * BM25F of one document from its frequencies: what the embedded index adds up from its postings, for a document that another engine
 * brought.
 */
export function scoreFrequencies(
  { terms, packed }: TermFrequencies,
  lengths: Uint16Array,
  query: readonly QueryTerm[],
  norms: readonly Float64Array[],
  k1: number,
): number {
  let score = 0;
  for (const { key, impact } of query) {
    const at = placeOf(terms, key);
    if (at < 0) continue;
    const frequency = packed[at] as number;
    let weighted = 0;
    for (let field = 0; field < fieldCount; field += 1) {
      const count = (frequency >>> (packedShifts[field] as number)) & (packedMasks[field] as number);
      if (count > 0) weighted += count * (norms[field]?.[normLength(lengths[field * 2] as number)] ?? 0);
    }
    score += (impact * (k1 + 1) * weighted) / (k1 + weighted);
  }
  return score;
}

/** Where a number is in an ascending list, or -1. Keys are hashes, spread evenly, so that it is near where it would be among as many in even steps. */
function placeOf(ascending: Uint32Array, number: number): number {
  const last = ascending.length - 1;
  let at = Math.min(Math.floor((number / 2 ** 32) * ascending.length), last);
  while (at > 0 && (ascending[at] as number) > number) at -= 1;
  while (at < last && (ascending[at] as number) < number) at += 1;
  return ascending[at] === number ? at : -1;
}

/** Whether a document holds a term. */
export function holdsTerm({ terms }: TermFrequencies, key: number): boolean {
  return placeOf(terms, key) >= 0;
}
