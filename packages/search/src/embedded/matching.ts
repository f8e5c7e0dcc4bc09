import { BitSet } from './bit-set.ts';
import type { Saturations, Scoring } from './saturations.ts';
import { postingRange, type Segment } from './segment.ts';

/** A planned term with its number in the lexicon. */
export type NumberedTerm = { readonly number: number; readonly impact: number; readonly anchor: boolean };

/** The segments of an index, and what is remembered of their postings. */
export type Postings = {
  readonly segments: readonly Segment[];
  readonly slotCount: number;
  readonly saturations: Saturations;
};

/** Scores by slot, kept between queries so that nothing is allocated; only touched slots are cleared. */
export class Accumulator {
  scores: Float64Array = new Float64Array(1024);
  touched = new Uint32Array(1024);
  /** For those that can still come. */
  left = new Uint32Array(1024);
  count = 0;

  reset(slots: number): void {
    if (this.count * 8 > this.scores.length) this.scores.fill(0);
    else for (let i = 0; i < this.count; i += 1) this.scores[this.touched[i] as number] = 0;
    this.count = 0;
    if (slots > this.scores.length) {
      this.scores = new Float64Array(Math.max(slots, this.scores.length * 2));
      this.touched = new Uint32Array(this.scores.length);
      this.left = new Uint32Array(this.scores.length);
    }
  }

  /** Touches all of a set. Gives every slot that is touched then, in order. */
  touch(slots: BitSet): Uint32Array {
    this.count = slots.copyTo(this.touched);
    return this.touched.subarray(0, this.count);
  }
}

/** A term in more of the slots than one of these is common: what it counts is remembered by slot. */
const commonOneIn = 16;

const isCommon = ({ segments, slotCount }: Postings, { number }: NumberedTerm) =>
  postingsOf(segments, number) * commonOneIn > slotCount;

/** The slots that hold at least one anchor, out of those allowed. */
export function matching(
  postings: Postings,
  terms: readonly NumberedTerm[],
  allowed: BitSet,
  scoring: Scoring,
): BitSet {
  const { segments, saturations, slotCount } = postings;
  const matched = new BitSet(new Uint32Array((slotCount >>> 5) + 1));
  for (const term of terms) {
    if (!term.anchor) continue;
    if (isCommon(postings, term)) {
      matched.addAll(saturations.bySlot(postings, term.number, scoring).holders);
      continue;
    }
    for (const segment of segments) {
      const [from, to] = postingRange(segment, term.number) ?? [0, 0];
      for (let i = from; i < to; i += 1) {
        // A scrubbed posting stands at the slot of a neighbour.
        if (segment.postingFrequencies[i] !== 0) matched.add(segment.postingSlots[i] as number);
      }
    }
  }
  return matched.and(allowed);
}

/**
 * Those of the matched slots that can be among the first `wanted` by BM25F, with their scores complete. Rare terms are added up
 * posting by posting. Common ones have long postings and say little, so they are added last, most telling first, and only where the
 * score so far and all that is left could still reach what the last one wanted has already (MaxScore: Turtle and Flood, "Query
 * evaluation: strategies and optimizations", 1995).
 */
export function firstByScore(
  into: Accumulator,
  postings: Postings,
  terms: readonly NumberedTerm[],
  matched: BitSet,
  scoring: Scoring,
  wanted: number,
): Uint32Array {
  into.reset(postings.slotCount);
  const [common, rare] = partition(terms, (term) => isCommon(postings, term));
  addRare(into, postings, rare, matched, scoring);
  const adding = common
    .map(({ number, impact }): CommonTerm => {
      const { shares, most } = postings.saturations.bySlot(postings, number, scoring);
      const scale = impact * (scoring.k1 + 1);
      return { shares, scale, most: scale * most };
    })
    .sort((a, b) => b.most - a.most);
  const { scores } = into;
  let mayCome = adding.reduce((sum, { most }) => sum + most, 0);
  // No share is more than 1.
  const highest = mayCome + rare.reduce((sum, { impact }) => sum + impact * (scoring.k1 + 1), 0);
  let left: Uint32Array = into.touched.subarray(0, into.count);
  // What the last one wanted has, or more than it can have until it is looked at again.
  let reached = scoreOfRank(scores, left, wanted, highest);
  // Where what only holds common terms may come first too, every match may.
  if (left.length < wanted || reached <= mayCome) left = into.touch(matched);
  for (let at = 0; at < adding.length; ) {
    if (left.length > wanted && reached > mayCome) {
      reached = scoreOfRank(scores, left, wanted, highest);
      // A little less, for what adding in another order may round away.
      left = keepFrom(left, scores, reached - mayCome * (1 + 1e-9), into.left);
    }
    const next = adding.slice(at, at + (left.length > manySlots ? 2 : 1));
    add(scores, left, next);
    for (const { most } of next) {
      mayCome -= most;
      reached += most;
    }
    at += next.length;
  }
  return left.length > wanted
    ? keepFrom(left, scores, scoreOfRank(scores, left, wanted, highest), into.left)
    : left.slice();
}

/** A common term: what it counts by slot, the weight of that, and the most that it can add. */
type CommonTerm = { readonly shares: Float32Array; readonly scale: number; readonly most: number };

/** With more slots than these two terms are added in one go, as going through the slots takes longer than adding. */
const manySlots = 8192;

/** Adds one term, or two. */
function add(scores: Float64Array, slots: Uint32Array, [first, second]: readonly CommonTerm[]): void {
  if (first === undefined) return;
  if (second === undefined) addOne(scores, slots, first);
  else addTwo(scores, slots, first, second);
}

function addOne(scores: Float64Array, slots: Uint32Array, { shares, scale }: CommonTerm): void {
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i] as number;
    scores[slot] = (scores[slot] as number) + scale * (shares[slot] as number);
  }
}

function addTwo(scores: Float64Array, slots: Uint32Array, one: CommonTerm, two: CommonTerm): void {
  const { shares, scale } = one;
  const { shares: others, scale: otherScale } = two;
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i] as number;
    scores[slot] = (scores[slot] as number) + scale * (shares[slot] as number) + otherScale * (others[slot] as number);
  }
}

function partition<T>(these: readonly T[], belongs: (each: T) => boolean): [yes: T[], no: T[]] {
  return [these.filter(belongs), these.filter((each) => !belongs(each))];
}

/** Writes those of some slots whose score is high enough, in their order, and gives these. They may be written over the slots themselves. */
function keepFrom(slots: Uint32Array, scores: Float64Array, least: number, into: Uint32Array): Uint32Array {
  let kept = 0;
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i] as number;
    if ((scores[slot] as number) >= least) into[kept++] = slot;
  }
  return into.subarray(0, kept);
}

function addRare(
  into: Accumulator,
  { segments, saturations }: Postings,
  terms: readonly NumberedTerm[],
  matched: BitSet,
  scoring: Scoring,
): void {
  const { scores, touched } = into;
  const matchedWords = matched.words;
  let count = into.count;
  for (const { number, impact } of terms) {
    const scale = impact * (scoring.k1 + 1);
    for (const segment of segments) {
      const range = postingRange(segment, number);
      if (range === undefined) continue;
      const saturated = saturations.ofPostings(segment, range, scoring);
      const slots = segment.postingSlots.subarray(...range);
      for (let i = 0; i < slots.length; i += 1) {
        const slot = slots[i] as number;
        const share = saturated[i] as number;
        if (share === 0 || ((matchedWords[slot >>> 5] as number) & (1 << (slot & 31))) === 0) continue;
        const before = scores[slot] as number;
        if (before === 0) touched[count++] = slot;
        scores[slot] = before + scale * share;
      }
    }
  }
  into.count = count;
}

function postingsOf(segments: readonly Segment[], number: number): number {
  return segments.reduce((sum, segment) => {
    const [from, to] = postingRange(segment, number) ?? [0, 0];
    return sum + to - from;
  }, 0);
}

const buckets = new Uint32Array(4096);

/** A score that at least `rank` of some slots have: close below that of the slot with this rank. None has more than `highest`. */
function scoreOfRank(scores: Float64Array, slots: Uint32Array, rank: number, highest: number): number {
  if (highest === 0) return 0;
  buckets.fill(0);
  const scale = (buckets.length - 1) / highest;
  for (let i = 0; i < slots.length; i += 1) {
    const bucket = ((scores[slots[i] as number] as number) * scale) | 0;
    buckets[bucket] = (buckets[bucket] as number) + 1;
  }
  let bucket = buckets.length;
  for (let above = 0; bucket > 0 && above < rank; ) above += buckets[--bucket] as number;
  return bucket / scale;
}
