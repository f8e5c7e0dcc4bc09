import { normLength } from '../ranking/field-norms.ts';
import { packedMasks, packedShifts } from '../ranking/packed-frequencies.ts';
import { BitSet } from './bit-set.ts';
import { lengthsPerDocument, postingRange, type Segment } from './segment.ts';

/** Shorter lists are quicker to go through than to look up. */
const fewPostings = 256;
const scratch = new Float32Array(fewPostings);
/** 4 bytes each: 128 MiB. */
const mostRemembered = 32 * 2 ** 20;

/** What all scoring of one query shares: what an occurrence counts for, and how fast more of them saturate. */
export type Scoring = { readonly norms: readonly Float64Array[]; readonly k1: number };

/** What a term counts in each slot, the slots that hold it, and the most that it counts in any. */
export type BySlot = { readonly shares: Float32Array; readonly holders: BitSet; readonly most: number };

/**
 * What each posting counts before the weight of its term: its saturated frequency, 0 where it was scrubbed. Remembered for
 * terms with many postings, as many questions have these, until the index or an average length changes; when there is no more room, what
 * was not asked for the longest is forgotten.
 */
export class Saturations {
  #scoring: Scoring = { norms: [], k1: 0 };
  readonly #remembered = new Map<string, Float32Array | BySlot>();
  #held = 0;

  /** To be called whenever a document comes or goes: nothing of one that is gone may count. */
  forget(): void {
    this.#remembered.clear();
    this.#held = 0;
  }

  /** Of a range of a segment's postings, in their order; valid until the next call. */
  ofPostings(segment: Segment, [from, to]: readonly [number, number], scoring: Scoring): Float32Array {
    this.#setScoring(scoring);
    if (to - from < fewPostings) return saturate(segment, [from, to], scoring, scratch);
    return this.#remember(`${segment.firstSlot}/${from}`, () =>
      saturate(segment, [from, to], scoring, new Float32Array(to - from)),
    );
  }

  /** Of a term in all segments. */
  bySlot(
    { segments, slotCount }: { readonly segments: readonly Segment[]; readonly slotCount: number },
    term: number,
    scoring: Scoring,
  ): BySlot {
    this.#setScoring(scoring);
    return this.#remember(`${term}`, () => {
      const shares = new Float32Array(slotCount);
      const holders = new BitSet(new Uint32Array((slotCount >>> 5) + 1));
      let most = 0;
      for (const segment of segments) {
        const range = postingRange(segment, term);
        if (range === undefined) continue;
        const [from, to] = range;
        const saturated = saturate(segment, range, scoring, new Float32Array(to - from));
        for (let i = from; i < to; i += 1) {
          const share = saturated[i - from] as number;
          // A scrubbed posting stands at the slot of a neighbour.
          if (share === 0) continue;
          const slot = segment.postingSlots[i] as number;
          shares[slot] = share;
          holders.add(slot);
          if (share > most) most = share;
        }
      }
      return { shares, holders, most };
    });
  }

  #setScoring(scoring: Scoring): void {
    if (scoring.norms === this.#scoring.norms && scoring.k1 === this.#scoring.k1) return;
    this.forget();
    this.#scoring = scoring;
  }

  #remember<T extends Float32Array | BySlot>(key: string, make: () => T): T {
    const known = this.#remembered.get(key) as T | undefined;
    if (known !== undefined) {
      this.#remembered.delete(key);
      this.#remembered.set(key, known);
      return known;
    }
    const made = make();
    this.#remembered.set(key, made);
    this.#held += sizeOf(made);
    for (const [oldest, value] of this.#remembered) {
      if (this.#held <= mostRemembered) break;
      this.#remembered.delete(oldest);
      this.#held -= sizeOf(value);
    }
    return made;
  }
}

const sizeOf = (value: Float32Array | BySlot): number =>
  value instanceof Float32Array ? value.length : value.shares.length;

function saturate(
  { postingSlots, postingFrequencies, lengths, firstSlot }: Segment,
  [from, to]: readonly [number, number],
  { norms, k1 }: Scoring,
  into: Float32Array,
): Float32Array {
  const [title, summary, points, body, labels] = norms;
  if (!title || !summary || !points || !body || !labels) return into;
  for (let i = from; i < to; i += 1) {
    const packed = postingFrequencies[i] as number;
    const at = ((postingSlots[i] as number) - firstSlot) * lengthsPerDocument;
    let weighted = 0;
    const inBody = (packed >>> packedShifts[3]) & packedMasks[3];
    if (inBody !== 0) weighted += inBody * (body[normLength(lengths[at + 6] as number)] as number);
    if ((packed & 0xff) !== 0) {
      const inTitle = packed & packedMasks[0];
      if (inTitle !== 0) weighted += inTitle * (title[normLength(lengths[at] as number)] as number);
      const inSummary = (packed >>> packedShifts[1]) & packedMasks[1];
      if (inSummary !== 0) weighted += inSummary * (summary[normLength(lengths[at + 2] as number)] as number);
      const inPoints = (packed >>> packedShifts[2]) & packedMasks[2];
      if (inPoints !== 0) weighted += inPoints * (points[normLength(lengths[at + 4] as number)] as number);
    }
    const inLabels = packed >>> packedShifts[4];
    if (inLabels !== 0) weighted += inLabels * (labels[normLength(lengths[at + 8] as number)] as number);
    into[i - from] = weighted / (k1 + weighted);
  }
  return into;
}
