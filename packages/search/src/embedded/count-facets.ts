import type { FacetField } from '../index-document.ts';
import type { FacetCount, SearchQuery } from '../learning-index.ts';
import type { BitSet } from './bit-set.ts';
import type { MemoryIndex } from './memory-index.ts';
import type { Counted } from './visible-counts.ts';

/**
 * Counts codes over the slots that a query matched, most frequent first. When these are most of what the viewer may see, the others are
 * counted and taken from the counts of all, which are remembered.
 */
export function countFacets(
  index: MemoryIndex,
  matched: BitSet,
  total: number,
  allowed: BitSet,
  { viewer, filter, except, facets: fields = [] }: SearchQuery,
): Partial<Record<FacetField, FacetCount[]>> {
  const facets: Partial<Record<FacetField, FacetCount[]>> = {};
  if (fields.length === 0) return facets;
  for (const field of fields) facets[field] = [];
  const { catalogue } = index;
  const key = JSON.stringify([viewer, filter, except]);
  const isMost = total * 4 > index.size;
  const all = isMost ? index.visibleCounts.of(key, () => countCodes(index, allowed)) : undefined;
  const takeAway = all !== undefined && total * 2 > all.documents;
  const { codes } = countCodes(index, takeAway ? allowed.without(matched) : matched);
  for (let number = 0; number < codes.length; number += 1) {
    const counted = codes[number] as number;
    const count = takeAway ? (all.codes[number] as number) - counted : counted;
    const value = count === 0 ? undefined : catalogue.valueOf(number);
    if (value !== undefined) facets[value.field as FacetField]?.push({ code: value.code, count });
  }
  for (const field of fields) facets[field]?.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return facets;
}

/**
 * Common values are counted by the bits that two sets share, the others one by one from what each slot holds: that takes half the time of
 * counting every value so.
 */
function countCodes(index: MemoryIndex, slots: BitSet): Counted {
  const { catalogue, rareCodes } = index;
  const { common, codes, offsets } = rareCodes.split(index.segments, index.slotCount, catalogue);
  const counts = new Uint32Array(catalogue.size);
  const { words } = slots;
  let documents = 0;
  for (let word = 0; word < words.length; word += 1) {
    for (let bits = words[word] as number; bits !== 0; bits &= bits - 1) {
      const slot = word * 32 + 31 - Math.clz32(bits & -bits);
      documents += 1;
      const to = offsets[slot + 1] as number;
      for (let at = offsets[slot] as number; at < to; at += 1) {
        const code = codes[at] as number;
        counts[code] = (counts[code] as number) + 1;
      }
    }
  }
  for (const code of common) counts[code] = catalogue.slotSets[code]?.sharedWith(slots) ?? 0;
  return { documents, codes: counts };
}
