import { describe, expect, it } from 'vitest';
import { seededRandom } from '../scoring/add-typos.ts';
import { CandidateTerms } from './candidate-terms.ts';
import { fieldNorms } from './field-norms.ts';
import { fieldCount, rankingWeights } from './weights.ts';

const collection = { documents: 5000, averageLengths: [8, 20, 30, 200, 5], frequencyOf: (key: number) => key % 900 };

/** Documents of some terms, as an index would lay them out. */
function someDocuments(count: number, terms: number, random: () => number) {
  return Array.from({ length: count }, () => {
    const lengths = Uint16Array.from({ length: fieldCount * 2 }, () => Math.floor(random() * 40));
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    // Keys are numbers of a lexicon, or hashes of 32 bits.
    const stream = Uint32Array.from({ length: tokens }, () => (Math.floor(random() ** 2 * terms) * 2654435761) >>> 0);
    return { score: 1, stream, lengths };
  });
}

type Documents = ReturnType<typeof someDocuments>;

/** What each document's terms weigh, worked out one by one. */
function expected(documents: Documents): Map<number, number>[] {
  const norms = fieldNorms(collection.averageLengths, rankingWeights);
  return documents.map(({ stream, lengths }) => {
    const frequencies = new Map<number, number>();
    let at = 0;
    lengths.forEach((length, part) => {
      for (const end = at + length; at < end; at += 1) {
        const key = stream[at] ?? 0;
        const norm = norms[part >> 1]?.[lengths[part & ~1] ?? 0] ?? 0;
        frequencies.set(key, (frequencies.get(key) ?? 0) + norm);
      }
    });
    return new Map([...frequencies].map(([key, tf]) => [key, tf / (rankingWeights.k1 + tf)]));
  });
}

function byDocument(terms: CandidateTerms): Map<number, number>[] {
  return Array.from({ length: terms.size }, (_, document) => {
    const held = new Map<number, number>();
    for (let at = terms.entriesFrom[document] ?? 0; at < (terms.entriesFrom[document + 1] ?? 0); at += 1) {
      held.set(terms.keys[terms.entries[at] ?? 0] ?? 0, terms.saturations[at] ?? 0);
    }
    return held;
  });
}

function byTerm(terms: CandidateTerms): Map<number, number>[] {
  const held = Array.from({ length: terms.size }, () => new Map<number, number>());
  for (let term = 0; term < terms.termCount; term += 1) {
    for (let at = terms.holdersFrom[term] ?? 0; at < (terms.holdersFrom[term + 1] ?? 0); at += 1) {
      held[terms.holders[at] ?? 0]?.set(terms.keys[term] ?? 0, terms.holderSaturations[at] ?? 0);
    }
  }
  return held;
}

describe('the terms of candidates', () => {
  it('are weighed as by hand, by document and by term, whatever was ranked before', () => {
    const random = seededRandom(7);
    for (const [count, terms] of [
      [200, 20_000],
      [3, 50],
      [1, 3],
      [120, 400],
    ] as const) {
      const documents = someDocuments(count, terms, random);
      const candidates = new CandidateTerms(documents, collection, rankingWeights);
      const wanted = expected(documents);
      for (const found of [byDocument(candidates), byTerm(candidates)]) {
        expect(found.map((held) => [...held.keys()].sort())).toEqual(wanted.map((held) => [...held.keys()].sort()));
        found.forEach((held, document) => {
          for (const [key, weight] of held) expect(weight).toBeCloseTo(wanted[document]?.get(key) ?? -1, 5);
        });
      }
    }
  });

  it('keep their reading order, and one that no candidate holds has no number', () => {
    const [document] = someDocuments(1, 1000, seededRandom(3));
    if (document === undefined) throw new Error('there is a document');
    const terms = new CandidateTerms([document], collection, rankingWeights);
    const read = Array.from(document.stream, (_, at) => terms.keys[terms.stream[at] ?? 0]);
    expect(read).toEqual([...document.stream]);
    expect(terms.numberOf(document.stream[0] ?? 0)).toBe(0);
    expect(terms.numberOf(12_345)).toBe(-1);
  });

  it('are none of no candidates', () => {
    const terms = new CandidateTerms([], collection, rankingWeights);
    expect([terms.size, terms.termCount]).toEqual([0, 0]);
  });
});
