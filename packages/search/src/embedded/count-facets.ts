import type { FacetField } from '../index-document.ts';
import type { FacetCount } from '../learning-index.ts';
import { BitSet } from './bit-set.ts';
import type { MemoryIndex } from './memory-index.ts';

/** About how many coded values a document holds. */
const valuesOfDocument = 24;

/**
 * Counts codes over some slots, most frequent first. When few documents matched, by reading the codes of each; when many did, by counting what
 * each value's own set of documents shares with them, whichever reads less.
 */
export function countFacets(
  index: MemoryIndex,
  slots: Uint32Array,
  count: number,
  fields: readonly FacetField[],
): Partial<Record<FacetField, FacetCount[]>> {
  const facets: Partial<Record<FacetField, FacetCount[]>> = {};
  if (fields.length === 0) return facets;
  for (const field of fields) facets[field] = [];
  const { catalogue } = index;
  const bySets = count * valuesOfDocument > (index.slotCount >>> 5) * catalogue.size;
  const counts = bySets ? countBySets(index, slots, count, fields) : countByDocuments(index, slots, count);
  for (let number = 0; number < counts.length; number += 1) {
    const found = counts[number] ?? 0;
    const value = found === 0 ? undefined : catalogue.valueOf(number);
    if (value !== undefined) facets[value.field as FacetField]?.push({ code: value.code, count: found });
  }
  for (const field of fields) facets[field]?.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return facets;
}

function countByDocuments(index: MemoryIndex, slots: Uint32Array, count: number): Uint32Array {
  const counts = new Uint32Array(index.catalogue.size);
  let first = 0;
  let end = 0;
  let segment = index.segments[0];
  for (let i = 0; i < count; i += 1) {
    const slot = slots[i] as number;
    if (slot < first || slot >= end) {
      segment = index.segmentOf(slot);
      first = segment?.firstSlot ?? 0;
      end = first + (segment?.documents ?? 0);
    }
    if (segment === undefined) continue;
    const { codes, codeOffsets } = segment;
    const to = codeOffsets[slot - first + 1] as number;
    for (let at = codeOffsets[slot - first] as number; at < to; at += 1) {
      const code = codes[at] as number;
      counts[code] = (counts[code] as number) + 1;
    }
  }
  return counts;
}

function countBySets(
  index: MemoryIndex,
  slots: Uint32Array,
  count: number,
  fields: readonly FacetField[],
): Uint32Array {
  const { catalogue } = index;
  const matched = new BitSet(new Uint32Array((index.slotCount >>> 5) + 1));
  for (let i = 0; i < count; i += 1) matched.add(slots[i] as number);
  const counts = new Uint32Array(catalogue.size);
  const wanted = new Set<string>(fields);
  for (let number = 0; number < counts.length; number += 1) {
    const value = catalogue.valueOf(number);
    if (value !== undefined && wanted.has(value.field)) {
      counts[number] = matched.countShared(catalogue.slotsWith(value.field as FacetField, value.code));
    }
  }
  return counts;
}
