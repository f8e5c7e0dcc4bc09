import { frequenciesOf } from '../ranking/packed-frequencies.ts';
import { fieldCount } from '../ranking/weights.ts';

/**
 * A document as numbers. `stream` holds, for each ranked field in order, its stems in reading order and then its concepts;
 * `lengths` says how many of each (stems of field 0, concepts of field 0, stems of field 1, …). `text` is what is
 * stored for highlights, as UTF-8; `codes` are numbers of coded values.
 */
export type EncodedDocument = {
  readonly stream: Uint32Array;
  readonly lengths: Uint16Array;
  readonly codes: Uint16Array;
  readonly text: Uint8Array;
};

export const lengthsPerDocument = fieldCount * 2;

/**
 * A run of documents with their postings, in a dozen typed arrays however many documents it holds. Slots are numbered
 * through all segments; a segment's begin at `firstSlot`. Postings are ordered by term number, then by slot; a frequency
 * of 0 marks a posting that was scrubbed.
 */
export type Segment = {
  readonly firstSlot: number;
  readonly documents: number;
  readonly streamOffsets: Uint32Array;
  readonly streams: Uint32Array;
  readonly lengths: Uint16Array;
  readonly codeOffsets: Uint32Array;
  readonly codes: Uint16Array;
  readonly textOffsets: Float64Array;
  readonly texts: Uint8Array;
  readonly terms: Uint32Array;
  readonly postingOffsets: Uint32Array;
  readonly postingSlots: Uint32Array;
  readonly postingFrequencies: Uint16Array;
};

function concatenate<A extends Uint8Array | Uint16Array | Uint32Array>(
  make: (length: number) => A,
  parts: readonly A[],
): { offsets: Float64Array; all: A } {
  const offsets = new Float64Array(parts.length + 1);
  parts.forEach((part, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + part.length;
  });
  const all = make(offsets[parts.length] ?? 0);
  parts.forEach((part, i) => {
    all.set(part, offsets[i]);
  });
  return { offsets, all };
}

/** A segment of new documents, whose slots begin at `firstSlot`. */
export function buildSegment(firstSlot: number, documents: readonly EncodedDocument[]): Segment {
  const lists = new Map<number, { slots: number[]; frequencies: number[] }>();
  let postings = 0;
  documents.forEach((document, i) => {
    for (const [term, packed] of frequenciesOf(document.stream, document.lengths)) {
      let list = lists.get(term);
      if (list === undefined) {
        list = { slots: [], frequencies: [] };
        lists.set(term, list);
      }
      list.slots.push(firstSlot + i);
      list.frequencies.push(packed);
      postings += 1;
    }
  });
  const terms = Uint32Array.from(lists.keys()).sort();
  const postingOffsets = new Uint32Array(terms.length + 1);
  const postingSlots = new Uint32Array(postings);
  const postingFrequencies = new Uint16Array(postings);
  let at = 0;
  terms.forEach((term, i) => {
    const list = lists.get(term);
    postingSlots.set(list?.slots ?? [], at);
    postingFrequencies.set(list?.frequencies ?? [], at);
    at += list?.slots.length ?? 0;
    postingOffsets[i + 1] = at;
  });
  const streams = concatenate(
    (length) => new Uint32Array(length),
    documents.map(({ stream }) => stream),
  );
  const codes = concatenate(
    (length) => new Uint16Array(length),
    documents.map((document) => document.codes),
  );
  const texts = concatenate(
    (length) => new Uint8Array(length),
    documents.map(({ text }) => text),
  );
  return {
    firstSlot,
    documents: documents.length,
    streamOffsets: Uint32Array.from(streams.offsets),
    streams: streams.all,
    lengths: concatenate(
      (length) => new Uint16Array(length),
      documents.map(({ lengths }) => lengths),
    ).all,
    codeOffsets: Uint32Array.from(codes.offsets),
    codes: codes.all,
    textOffsets: texts.offsets,
    texts: texts.all,
    terms,
    postingOffsets,
    postingSlots,
    postingFrequencies,
  };
}

/** Where a term's postings begin and end, or undefined. */
export function postingRange(segment: Segment, term: number): readonly [from: number, to: number] | undefined {
  const { terms, postingOffsets } = segment;
  let low = 0;
  let high = terms.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = terms[middle] ?? 0;
    if (value === term) return [postingOffsets[middle] ?? 0, postingOffsets[middle + 1] ?? 0];
    if (value < term) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function shifted(offsets: Uint32Array | Float64Array, by: number): Float64Array {
  return Float64Array.from(offsets.subarray(1), (offset) => offset + by);
}

function joined(first: Uint32Array | Float64Array, second: Uint32Array | Float64Array, by: number): Float64Array {
  const all = new Float64Array(first.length + second.length - 1);
  all.set(first);
  all.set(shifted(second, by), first.length);
  return all;
}

/** Two neighbouring segments as one. Scrubbed postings, and terms with none left, are dropped. */
export function mergeSegments(first: Segment, second: Segment): Segment {
  const terms: number[] = [];
  const offsets: number[] = [0];
  const slots = new Uint32Array(first.postingSlots.length + second.postingSlots.length);
  const frequencies = new Uint16Array(slots.length);
  let at = 0;
  const copy = (segment: Segment, index: number) => {
    const end = segment.postingOffsets[index + 1] ?? 0;
    for (let i = segment.postingOffsets[index] ?? 0; i < end; i += 1) {
      const frequency = segment.postingFrequencies[i] ?? 0;
      if (frequency === 0) continue;
      slots[at] = segment.postingSlots[i] ?? 0;
      frequencies[at] = frequency;
      at += 1;
    }
  };
  let i = 0;
  let j = 0;
  while (i < first.terms.length || j < second.terms.length) {
    const a = first.terms[i] ?? Number.POSITIVE_INFINITY;
    const b = second.terms[j] ?? Number.POSITIVE_INFINITY;
    const before = at;
    if (a <= b) copy(first, i++);
    if (b <= a) copy(second, j++);
    if (at === before) continue;
    terms.push(Math.min(a, b));
    offsets.push(at);
  }
  const two = <A extends Uint8Array | Uint16Array | Uint32Array>(make: (length: number) => A, a: A, b: A) =>
    concatenate(make, [a, b]).all;
  return {
    firstSlot: first.firstSlot,
    documents: first.documents + second.documents,
    streamOffsets: Uint32Array.from(joined(first.streamOffsets, second.streamOffsets, first.streams.length)),
    streams: two((length) => new Uint32Array(length), first.streams, second.streams),
    lengths: two((length) => new Uint16Array(length), first.lengths, second.lengths),
    codeOffsets: Uint32Array.from(joined(first.codeOffsets, second.codeOffsets, first.codes.length)),
    codes: two((length) => new Uint16Array(length), first.codes, second.codes),
    textOffsets: joined(first.textOffsets, second.textOffsets, first.texts.length),
    texts: two((length) => new Uint8Array(length), first.texts, second.texts),
    terms: Uint32Array.from(terms),
    postingOffsets: Uint32Array.from(offsets),
    postingSlots: slots.slice(0, at),
    postingFrequencies: frequencies.slice(0, at),
  };
}

/**
 * Takes every trace of a document out of a segment: its text and stream are zeroed and each of its postings is turned
 * into a copy of a neighbour's that counts nothing. The slot stays, empty.
 */
export function scrub(segment: Segment, slot: number): void {
  const local = slot - segment.firstSlot;
  const { streamOffsets, textOffsets, codeOffsets } = segment;
  const stream = segment.streams.subarray(streamOffsets[local], streamOffsets[local + 1]);
  for (const term of new Set(stream)) {
    const range = postingRange(segment, term);
    if (range === undefined) continue;
    const [from, to] = range;
    const at = indexOf(segment.postingSlots, slot, from, to);
    if (at < 0) continue;
    if (to - from > 1) segment.postingSlots[at] = segment.postingSlots[at > from ? at - 1 : at + 1] ?? 0;
    segment.postingFrequencies[at] = 0;
  }
  stream.fill(0);
  segment.lengths.fill(0, local * lengthsPerDocument, (local + 1) * lengthsPerDocument);
  segment.codes.fill(0, codeOffsets[local], codeOffsets[local + 1]);
  segment.texts.fill(0, textOffsets[local], textOffsets[local + 1]);
}

function indexOf(slots: Uint32Array, slot: number, from: number, to: number): number {
  let low = from;
  let high = to - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = slots[middle] ?? 0;
    if (value < slot) low = middle + 1;
    else if (value > slot) high = middle - 1;
    else return middle;
  }
  return -1;
}
