import { type Viewer, viewerTokens } from '../audience.ts';
import type { Filter } from '../filter.ts';
import type { FacetField, IndexDocument } from '../index-document.ts';
import { BitSet } from './bit-set.ts';
import { SharedCounter } from './count-shared.ts';

const separator = '\u001f';
const audienceField = '@audience';

type FacetValue = { readonly field: FacetField; readonly code: string };
type CodeCount = FacetValue & { readonly count: number };
type FacetCounter = { readonly values: readonly FacetValue[]; readonly counter: SharedCounter };

/** The coded values of the documents, the audience among them, with the slots that hold each. */
export class Catalogue {
  readonly #numbers = new Map<string, number>();
  readonly #values: { field: string; code: string }[] = [];
  readonly #slots: BitSet[] = [];
  /** Made when something is counted, and dropped when anything changes: it holds a copy of all slots. */
  #counter: FacetCounter | undefined;

  /** The numbers of a document's coded values; the values are registered for the slot. */
  add(slot: number, document: IndexDocument): Uint16Array {
    this.#counter = undefined;
    const numbers: number[] = [];
    const register = (field: string, code: string) => {
      const number = this.#intern(field, code);
      this.#slots[number]?.add(slot);
      numbers.push(number);
    };
    for (const [field, codes] of Object.entries(document.codes))
      for (const code of new Set(codes)) register(field, code);
    for (const token of new Set(document.audience)) register(audienceField, token);
    return Uint16Array.from(numbers);
  }

  remove(slot: number, codes: Uint16Array): void {
    this.#counter = undefined;
    for (const number of codes) this.#slots[number]?.delete(slot);
  }

  #intern(field: string, code: string): number {
    const key = field + separator + code;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#values.length;
    if (number > 0xffff) throw new RangeError('More than 65,536 coded values');
    this.#numbers.set(key, number);
    this.#values.push({ field, code });
    this.#slots.push(new BitSet());
    return number;
  }

  valueOf(number: number): { readonly field: string; readonly code: string } | undefined {
    return this.#values[number];
  }

  /** How many of some slots hold each value of a facet, in the order of their numbers. */
  countOver(slots: BitSet): readonly CodeCount[] {
    this.#counter ??= this.#newCounter();
    const { values, counter } = this.#counter;
    const counts = counter.count(slots.words);
    return values.map(({ field, code }, i) => ({ field, code, count: counts[i] as number }));
  }

  #newCounter(): FacetCounter {
    const numbers = [...this.#values.keys()].filter((number) => this.#values[number]?.field !== audienceField);
    return {
      values: numbers.map((number) => this.#values[number] as FacetValue),
      counter: new SharedCounter(numbers.map((number) => (this.#slots[number] as BitSet).words)),
    };
  }

  /** The slots that hold a coded value. */
  slotsWith(field: FacetField, code: string): BitSet {
    return this.#slotsWith(field, code);
  }

  #slotsWith(field: string, code: string): BitSet {
    const number = this.#numbers.get(field + separator + code);
    return (number === undefined ? undefined : this.#slots[number]) ?? new BitSet();
  }

  /** The slots whose audience takes the viewer in. */
  visibleTo(viewer: Viewer): BitSet {
    return viewerTokens(viewer)
      .map((token) => this.#slotsWith(audienceField, token))
      .reduce((all, slots) => all.or(slots), new BitSet());
  }

  /** The slots that a filter lets through, out of `all`; `publishedAt` gives a slot's time in milliseconds. */
  matching(filter: Filter, all: BitSet, publishedAt: (slot: number) => number): BitSet {
    switch (filter.kind) {
      case 'any-of':
        return filter.codes
          .map((code) => this.slotsWith(filter.field, code))
          .reduce((found, slots) => found.or(slots), new BitSet())
          .and(all);
      case 'and':
        return filter.filters.reduce((left, each) => left.and(this.matching(each, all, publishedAt)), all);
      case 'or':
        return filter.filters.reduce((found, each) => found.or(this.matching(each, all, publishedAt)), new BitSet());
      case 'not':
        return all.without(this.matching(filter.filter, all, publishedAt));
      case 'published': {
        const [from, to] = publishedRange(filter);
        const found = new BitSet();
        for (const slot of all.values()) {
          const at = publishedAt(slot);
          if (at >= from && at < to) found.add(slot);
        }
        return found;
      }
    }
  }

  save(): { field: string; code: string; slots: Uint32Array }[] {
    return this.#values.map((value, number) => ({ ...value, slots: this.#slots[number]?.words ?? new Uint32Array(0) }));
  }

  static load(saved: readonly { field: string; code: string; slots: Uint32Array }[]): Catalogue {
    const catalogue = new Catalogue();
    for (const { field, code, slots } of saved) {
      catalogue.#slots[catalogue.#intern(field, code)] = new BitSet(slots.slice());
    }
    return catalogue;
  }
}

/** The milliseconds that a range of dates covers, the end excluded; a date without a time covers its whole day. */
export function publishedRange(range: { from?: string; to?: string }): [from: number, to: number] {
  const from = range.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(range.from);
  if (range.to === undefined) return [from, Number.POSITIVE_INFINITY];
  return [from, Date.parse(range.to) + (range.to.length <= 10 ? 86_400_000 : 1)];
}
