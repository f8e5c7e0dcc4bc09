import type { Viewer } from '../audience.ts';
import type { FacetField } from '../index-document.ts';
import type { SimilarDocument } from '../learning-index.ts';
import {
  type Codes,
  codeLikeness,
  combinedLikeness,
  comparedDocuments,
  explainLikeness,
  tellingTerms,
} from '../likeness.ts';
import { best } from '../ranking/best.ts';
import { fieldNorms } from '../ranking/field-norms.ts';
import { frequenciesOf } from '../ranking/packed-frequencies.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { BitSet } from './bit-set.ts';
import { Accumulator, firstByScore, matching, type NumberedTerm } from './matching.ts';
import type { MemoryIndex } from './memory-index.ts';

const k1 = rankingWeights.k1;
const accumulator = new Accumulator();

/** Documents like one that a viewer may see. */
export function findSimilar(index: MemoryIndex, id: string, viewer: Viewer, limit: number): SimilarDocument[] {
  const slot = index.slotOf(id);
  const allowed = index.allowed(viewer);
  if (slot === undefined || !allowed.has(slot)) return [];
  const statistics = index.statistics();
  const encoded = index.encoded(slot);
  if (encoded === undefined) return [];
  const source = tellingTerms(frequenciesOf(encoded.stream, encoded.lengths), statistics.documents, (number) =>
    index.lexicon.frequencyOf(number),
  );
  const others = new BitSet(allowed.words.slice());
  others.delete(slot);
  const terms = source.map(({ number, impact }): NumberedTerm => ({ number, impact, anchor: true }));
  const scoring = { norms: fieldNorms(statistics.averageLengths, rankingWeights), k1 };
  const matched = matching(index, terms, others, scoring);
  const mayBeFirst = firstByScore(accumulator, index, terms, matched, scoring, comparedDocuments);
  const { scores } = accumulator;
  const byScore = (a: number, b: number) =>
    (scores[b] ?? 0) - (scores[a] ?? 0) || (index.idOf(a) < index.idOf(b) ? -1 : 1);
  const candidates = best(mayBeFirst, comparedDocuments, byScore);
  const highest = Math.max(scores[candidates[0] ?? 0] ?? 0, Number.MIN_VALUE);
  const codes = codesOfSlot(index, slot);
  const passages = index.passages(slot);
  return candidates
    .map((other) => {
      const otherCodes = codesOfSlot(index, other);
      const score = combinedLikeness((scores[other] ?? 0) / highest, codeLikeness(codes, otherCodes));
      return { other, otherCodes, score };
    })
    .sort((a, b) => b.score - a.score || (index.idOf(a.other) < index.idOf(b.other) ? -1 : 1))
    .slice(0, limit)
    .map(({ other, otherCodes, score }) => {
      const held = new Set(index.encoded(other)?.stream);
      const shared = source.filter(({ number }) => held.has(number)).map(({ number }) => index.lexicon.termOf(number));
      return { id: index.idOf(other), score, reasons: explainLikeness(codes, otherCodes, shared, passages) };
    });
}

function codesOfSlot(index: MemoryIndex, slot: number): Codes {
  const codes: Partial<Record<FacetField, string[]>> = {};
  for (const number of index.encoded(slot)?.codes ?? []) {
    const value = index.catalogue.valueOf(number);
    if (value === undefined || value.field.startsWith('@')) continue;
    const field = value.field as FacetField;
    codes[field] = [...(codes[field] ?? []), value.code];
  }
  return codes;
}
