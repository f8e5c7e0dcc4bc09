import { vocabularyWords } from '../analysis/vocabulary-words.ts';
import { wordsOf } from '../analysis/words-of.ts';
import type { Viewer } from '../audience.ts';
import { networkToken } from '../audience.ts';
import { analyseDocument } from '../encode-terms.ts';
import type { Filter } from '../filter.ts';
import type { IndexDocument, Passage } from '../index-document.ts';
import { SpellingIndex } from '../ranking/spelling-index.ts';
import type { CollectionStatistics } from '../ranking/statistics.ts';
import { fieldCount } from '../ranking/weights.ts';
import { BitSet } from './bit-set.ts';
import { Catalogue } from './catalogue.ts';
import { Lexicon } from './lexicon.ts';
import { Saturations } from './saturations.ts';
import {
  buildSegment,
  type EncodedDocument,
  lengthsPerDocument,
  mergeSegments,
  type Segment,
  scrub,
} from './segment.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Empty slots are closed up when they are at least this many and half of all. */
const fewestEmpty = 256;

function newSpelling(): SpellingIndex {
  const spelling = new SpellingIndex();
  for (const word of vocabularyWords) spelling.add(word);
  return spelling;
}

/** Everything about a slot that is not in a segment. */
type Slots = { ids: (string | null)[]; revisions: number[]; published: number[]; counted: BitSet };

/**
 * The documents and postings of the embedded index, in this thread's memory. It knows how documents are stored and
 * found; how they are ranked is in `ranking`, and the thread around it in `embedded-index.ts`.
 */
export class MemoryIndex {
  lexicon = new Lexicon();
  catalogue = new Catalogue();
  segments: Segment[] = [];
  live = new BitSet();
  slots: Slots = { ids: [], revisions: [], published: [], counted: new BitSet() };
  /** Words of the documents that the whole network may see, and of the vocabulary. */
  spelling = newSpelling();
  readonly saturations = new Saturations();
  readonly #slotOf = new Map<string, number>();
  /** All ids in order, until one comes or goes. */
  #sortedIds: string[] | undefined;
  #counted = 0;
  #totalLengths = new Float64Array(fieldCount);

  get size(): number {
    return this.#slotOf.size;
  }

  /** One more than the largest slot. */
  get slotCount(): number {
    return this.slots.ids.length;
  }

  /** Counted over documents that the whole network may see. */
  statistics(): CollectionStatistics {
    return {
      documents: this.#counted,
      averageLengths: Array.from(this.#totalLengths, (total) => total / Math.max(this.#counted, 1)),
      frequency: (term) => this.lexicon.frequency(term),
    };
  }

  slotOf(id: string): number | undefined {
    return this.#slotOf.get(id);
  }

  idOf(slot: number): string {
    return this.slots.ids[slot] ?? '';
  }

  /** The revisions of those of some documents that are held. */
  revisions(ids: readonly string[]): Map<string, number> {
    const held = new Map<string, number>();
    for (const id of ids) {
      const slot = this.#slotOf.get(id);
      if (slot !== undefined) held.set(id, this.slots.revisions[slot] ?? 0);
    }
    return held;
  }

  publishedAt(slot: number): number {
    return this.slots.published[slot] ?? 0;
  }

  /** Ids in order, after one. */
  idsAfter(after: string | null, limit: number): string[] {
    this.#sortedIds ??= [...this.#slotOf.keys()].sort();
    const ids = this.#sortedIds;
    let from = 0;
    for (let to = ids.length; after !== null && from < to; ) {
      const middle = (from + to) >>> 1;
      if ((ids[middle] ?? '') <= after) from = middle + 1;
      else to = middle;
    }
    return ids.slice(from, from + limit);
  }

  /** Adds or replaces documents. When an id comes twice in one call, the last one counts. */
  add(documents: readonly IndexDocument[]): void {
    const latest = [...new Map(documents.map((document) => [document.id, document])).values()];
    this.remove(latest.map(({ id }) => id));
    this.saturations.forget();
    const firstSlot = this.slotCount;
    const encoded = latest.map((document, i) => this.#encode(document, firstSlot + i));
    this.segments.push(buildSegment(firstSlot, encoded));
    this.#mergeNeighbours();
  }

  #encode(document: IndexDocument, slot: number): EncodedDocument {
    const counted = document.audience.includes(networkToken);
    const numbers: number[] = [];
    const lengths = new Uint16Array(lengthsPerDocument);
    const { fields, words } = analyseDocument(document);
    fields.forEach(({ stems, concepts }, field) => {
      for (const term of stems) numbers.push(this.lexicon.intern(term));
      for (const term of concepts) numbers.push(this.lexicon.intern(term));
      lengths[field * 2] = stems.length;
      lengths[field * 2 + 1] = concepts.length;
      if (counted) this.#totalLengths[field] = (this.#totalLengths[field] ?? 0) + stems.length;
    });
    const stream = Uint32Array.from(numbers);
    for (const number of new Set(numbers)) this.lexicon.addHolder(number, counted);
    if (counted) {
      this.#counted += 1;
      this.slots.counted.add(slot);
      for (const word of words) this.spelling.add(word);
    }
    this.#slotOf.set(document.id, slot);
    this.#sortedIds = undefined;
    this.slots.ids[slot] = document.id;
    this.slots.revisions[slot] = document.revision;
    this.slots.published[slot] = Date.parse(document.published);
    this.live.add(slot);
    const text = encoder.encode(JSON.stringify(document.passages.map(({ field, text }) => [field, text])));
    return { stream, lengths, codes: this.catalogue.add(slot, document), text };
  }

  /** Neighbouring segments of like size become one, so that there are only ever a few. */
  #mergeNeighbours(): void {
    for (;;) {
      const last = this.segments.at(-1);
      const previous = this.segments.at(-2);
      if (last === undefined || previous === undefined || previous.documents > last.documents * 2) return;
      this.segments.splice(-2, 2, mergeSegments(previous, last));
    }
  }

  /** Removes documents and every trace of their words. Gives the number removed. */
  remove(ids: readonly string[]): number {
    let removed = 0;
    for (const id of ids) {
      const slot = this.#slotOf.get(id);
      if (slot === undefined) continue;
      this.#forget(slot, id);
      removed += 1;
    }
    const empty = this.slotCount - this.size;
    if (empty >= fewestEmpty && empty * 2 >= this.slotCount) this.#closeUp();
    return removed;
  }

  #forget(slot: number, id: string): void {
    const segment = this.segmentOf(slot);
    if (segment === undefined) return;
    this.saturations.forget();
    const counted = this.slots.counted.has(slot);
    const { stream, lengths, codes } = this.encodedIn(segment, slot);
    const terms = new Set(stream);
    const stems = Array.from({ length: fieldCount }, (_, field) => lengths[field * 2] ?? 0);
    if (counted) for (const word of wordsOf(this.passages(slot))) this.spelling.remove(word);
    this.catalogue.remove(slot, codes);
    scrub(segment, slot);
    for (const number of terms) this.lexicon.removeHolder(number, counted);
    if (counted) {
      this.#counted -= 1;
      stems.forEach((length, field) => {
        this.#totalLengths[field] = (this.#totalLengths[field] ?? 0) - length;
      });
    }
    this.slots.counted.delete(slot);
    this.live.delete(slot);
    this.#slotOf.delete(id);
    this.#sortedIds = undefined;
    this.slots.ids[slot] = null;
    this.slots.revisions[slot] = 0;
    this.slots.published[slot] = 0;
  }

  segmentOf(slot: number): Segment | undefined {
    let low = 0;
    let high = this.segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const segment = this.segments[middle];
      if (segment === undefined) return undefined;
      if (slot < segment.firstSlot) high = middle - 1;
      else if (slot >= segment.firstSlot + segment.documents) low = middle + 1;
      else return segment;
    }
    return undefined;
  }

  /** A document's numbers, as views into its segment. */
  encodedIn(segment: Segment, slot: number): EncodedDocument {
    const local = slot - segment.firstSlot;
    return {
      stream: segment.streams.subarray(segment.streamOffsets[local], segment.streamOffsets[local + 1]),
      lengths: segment.lengths.subarray(local * lengthsPerDocument, (local + 1) * lengthsPerDocument),
      codes: segment.codes.subarray(segment.codeOffsets[local], segment.codeOffsets[local + 1]),
      text: segment.texts.subarray(segment.textOffsets[local], segment.textOffsets[local + 1]),
    };
  }

  encoded(slot: number): EncodedDocument | undefined {
    const segment = this.segmentOf(slot);
    return segment === undefined || !this.live.has(slot) ? undefined : this.encodedIn(segment, slot);
  }

  passages(slot: number): Passage[] {
    const encoded = this.encoded(slot);
    if (encoded === undefined) return [];
    const stored = JSON.parse(decoder.decode(encoded.text)) as [Passage['field'], string][];
    return stored.map(([field, text]) => ({ field, text }));
  }

  /** The slots that a viewer may see and that a filter lets through. */
  allowed(viewer: Viewer, filter?: Filter, except: readonly string[] = []): BitSet {
    const visible = this.catalogue.visibleTo(viewer).and(this.live);
    for (const id of except) {
      const slot = this.#slotOf.get(id);
      if (slot !== undefined) visible.delete(slot);
    }
    return filter === undefined ? visible : this.catalogue.matching(filter, visible, (slot) => this.publishedAt(slot));
  }

  /** Moves the documents that are left to neighbouring slots, in one segment. */
  #closeUp(): void {
    const old = [...this.live.values()];
    const encoded = old.map((slot) => this.encoded(slot)).filter((each) => each !== undefined);
    const { ids, revisions, published, counted } = this.slots;
    const saved = this.catalogue.save();
    const newSlot = new Map(old.map((slot, i) => [slot, i]));
    this.slots = {
      ids: old.map((slot) => ids[slot] ?? null),
      revisions: old.map((slot) => revisions[slot] ?? 0),
      published: old.map((slot) => published[slot] ?? 0),
      counted: new BitSet(),
    };
    this.live = new BitSet();
    this.#slotOf.clear();
    old.forEach((slot, i) => {
      if (counted.has(slot)) this.slots.counted.add(i);
      this.live.add(i);
      this.#slotOf.set(ids[slot] ?? '', i);
    });
    this.catalogue = Catalogue.load(
      saved.map(({ field, code, slots }) => {
        const moved = new BitSet();
        for (const slot of new BitSet(slots).values()) moved.add(newSlot.get(slot) ?? 0);
        return { field, code, slots: moved.words };
      }),
    );
    this.segments = encoded.length === 0 ? [] : [buildSegment(0, encoded)];
  }

  /** After a snapshot has put back the public parts: what is derived from them. */
  restoreDerived(): void {
    this.#slotOf.clear();
    this.#sortedIds = undefined;
    this.#counted = 0;
    this.#totalLengths = new Float64Array(fieldCount);
    for (const slot of this.live.values()) {
      this.#slotOf.set(this.idOf(slot), slot);
      if (!this.slots.counted.has(slot)) continue;
      this.#counted += 1;
      const lengths = this.encoded(slot)?.lengths;
      for (let field = 0; field < fieldCount; field += 1) {
        this.#totalLengths[field] = (this.#totalLengths[field] ?? 0) + (lengths?.[field * 2] ?? 0);
      }
    }
  }
}
