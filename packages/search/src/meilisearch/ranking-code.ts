import type { DocumentTerms } from '../encode-terms.ts';
import { addOccurrence } from '../ranking/packed-frequencies.ts';
import type { TermFrequencies } from '../ranking/term-frequencies.ts';
import { fieldCount } from '../ranking/weights.ts';
import { termKey } from './term-key.ts';

/**
 * The terms of a document, in little memory: its distinct ones with their frequencies, and `places`, the places among these of all of
 * its terms in order: for each ranked field its stems, then its concepts; `lengths` says how many of each.
 */
export type CodedTerms = {
  readonly frequencies: TermFrequencies;
  readonly places: Uint16Array;
  readonly lengths: Uint16Array;
};

const parts = fieldCount * 2;
/** The lengths, 16 bits each, then how many distinct terms there are, 32 bits. */
const headBytes = parts * 2 + 4;
/** Further distinct terms of one document are not ranked. A learning record has no room for so many. */
const mostDistinct = 0xffff;

/** Terms as base64: the head, the distinct terms as ascending 32-bit keys, and the places, 16 bits each; little-endian. */
export function encodeRanking(fields: DocumentTerms): string {
  const keyed = fields.flatMap(({ stems, concepts }) => [stems.map(termKey), concepts.map(termKey)]);
  const keys = [...new Set(keyed.flat())].slice(0, mostDistinct).sort((a, b) => a - b);
  const placeOf = new Map(keys.map((key, place) => [key, place]));
  const placed = keyed.map((part) => part.flatMap((key) => placeOf.get(key) ?? []));
  const bytes = Buffer.alloc(headBytes + keys.length * 4 + placed.flat().length * 2);
  let at = 0;
  for (const part of placed) at = bytes.writeUInt16LE(part.length, at);
  at = bytes.writeUInt32LE(keys.length, at);
  for (const key of keys) at = bytes.writeUInt32LE(key, at);
  for (const place of placed.flat()) at = bytes.writeUInt16LE(place, at);
  return bytes.toString('base64');
}

/** The terms that were encoded. */
export function decodeRanking(ranking: string): CodedTerms {
  // A copy, because numbers have to begin at whole places.
  const { buffer } = new Uint8Array(Buffer.from(ranking, 'base64'));
  const lengths = new Uint16Array(buffer, 0, parts);
  const distinct = new Uint32Array(buffer, headBytes - 4, 1)[0] as number;
  const terms = new Uint32Array(buffer, headBytes, distinct);
  const places = new Uint16Array(buffer, headBytes + distinct * 4);
  const packed = new Uint16Array(distinct);
  let from = 0;
  for (let part = 0; part < parts; part += 1) {
    const to = from + (lengths[part] as number);
    for (let at = from; at < to; at += 1) {
      const place = places[at] as number;
      packed[place] = addOccurrence(packed[place] as number, part >> 1);
    }
    from = to;
  }
  return { frequencies: { terms, packed }, places, lengths };
}

/** All terms in order, as keys. */
export function streamOf({ frequencies: { terms }, places }: CodedTerms): Uint32Array {
  const stream = new Uint32Array(places.length);
  for (let at = 0; at < places.length; at += 1) stream[at] = terms[places[at] as number] as number;
  return stream;
}

/** How many bytes they take. */
export function bytesOf({ frequencies, places, lengths }: CodedTerms): number {
  return frequencies.terms.byteLength + frequencies.packed.byteLength + places.byteLength + lengths.byteLength;
}

/** How many stems each ranked field holds. */
export function fieldLengths(ranking: string): number[] {
  const bytes = Buffer.from(ranking.slice(0, Math.ceil((parts * 2) / 3) * 4), 'base64');
  return Array.from({ length: fieldCount }, (_, field) => bytes.readUInt16LE(field * 4));
}
