import { normLength } from '../ranking/field-norms.ts';
import { packedMasks, packedShifts } from '../ranking/packed-frequencies.ts';
import type { BitSet } from './bit-set.ts';
import { lengthsPerDocument, postingRange, type Segment } from './segment.ts';

/** A planned term with its number in the lexicon. */
export type NumberedTerm = { readonly number: number; readonly impact: number; readonly anchor: boolean };

/** Scores by slot, kept between queries so that nothing is allocated; only touched slots are cleared. */
export class Accumulator {
  scores = new Float64Array(1024);
  touched = new Uint32Array(1024);
  count = 0;

  reset(slots: number): void {
    for (let i = 0; i < this.count; i += 1) this.scores[this.touched[i] ?? 0] = 0;
    this.count = 0;
    if (slots > this.scores.length) {
      this.scores = new Float64Array(Math.max(slots, this.scores.length * 2));
      this.touched = new Uint32Array(this.scores.length);
    }
  }
}

/**
 * Adds up BM25F, term at a time. Anchors come first and say which documents match at all; the other terms only add to
 * documents that an anchor found.
 */
export function accumulate(
  into: Accumulator,
  segments: readonly Segment[],
  terms: readonly NumberedTerm[],
  allowed: BitSet,
  norms: readonly Float64Array[],
  k1: number,
): void {
  const { scores, touched } = into;
  const allowedWords = allowed.words;
  const [title, summary, points, body, labels] = norms;
  if (!title || !summary || !points || !body || !labels) return;
  let count = into.count;
  for (const { number, impact, anchor } of [...terms].sort((a, b) => Number(b.anchor) - Number(a.anchor))) {
    const scale = impact * (k1 + 1);
    for (const segment of segments) {
      const range = postingRange(segment, number);
      if (range === undefined) continue;
      const { postingSlots, postingFrequencies, lengths, firstSlot } = segment;
      for (let i = range[0]; i < range[1]; i += 1) {
        const slot = postingSlots[i] ?? 0;
        const before = scores[slot] ?? 0;
        if (before === 0 && (!anchor || ((allowedWords[slot >>> 5] ?? 0) & (1 << (slot & 31))) === 0)) continue;
        const packed = postingFrequencies[i] ?? 0;
        if (packed === 0) continue;
        const at = (slot - firstSlot) * lengthsPerDocument;
        let weighted = 0;
        const inBody = (packed >>> packedShifts[3]) & packedMasks[3];
        if (inBody !== 0) weighted += inBody * (body[normLength(lengths[at + 6] ?? 0)] ?? 0);
        if ((packed & 0xff) !== 0) {
          const inTitle = packed & packedMasks[0];
          if (inTitle !== 0) weighted += inTitle * (title[normLength(lengths[at] ?? 0)] ?? 0);
          const inSummary = (packed >>> packedShifts[1]) & packedMasks[1];
          if (inSummary !== 0) weighted += inSummary * (summary[normLength(lengths[at + 2] ?? 0)] ?? 0);
          const inPoints = (packed >>> packedShifts[2]) & packedMasks[2];
          if (inPoints !== 0) weighted += inPoints * (points[normLength(lengths[at + 4] ?? 0)] ?? 0);
        }
        const inLabels = packed >>> packedShifts[4];
        if (inLabels !== 0) weighted += inLabels * (labels[normLength(lengths[at + 8] ?? 0)] ?? 0);
        if (before === 0) touched[count++] = slot;
        scores[slot] = before + (scale * weighted) / (k1 + weighted);
      }
    }
  }
  into.count = count;
}

/**
 * The `limit` best of some slots, best first. `better(a, b)` is negative when `a` comes before `b` and is never 0 for two
 * different slots.
 */
export function best(
  slots: Uint32Array,
  count: number,
  limit: number,
  better: (a: number, b: number) => number,
): number[] {
  if (count <= limit) return Array.from(slots.subarray(0, count)).sort(better);
  // A heap whose root is the worst of the best so far.
  const heap: number[] = [];
  const sink = (from: number) => {
    let at = from;
    for (;;) {
      const left = at * 2 + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && better(heap[right] ?? 0, heap[left] ?? 0) > 0 ? right : left;
      if (better(heap[child] ?? 0, heap[at] ?? 0) <= 0) return;
      [heap[at], heap[child]] = [heap[child] ?? 0, heap[at] ?? 0];
      at = child;
    }
  };
  for (let i = 0; i < limit; i += 1) heap.push(slots[i] ?? 0);
  for (let i = (limit >>> 1) - 1; i >= 0; i -= 1) sink(i);
  for (let i = limit; i < count; i += 1) {
    const slot = slots[i] ?? 0;
    if (better(slot, heap[0] ?? 0) >= 0) continue;
    heap[0] = slot;
    sink(0);
  }
  return heap.sort(better);
}
