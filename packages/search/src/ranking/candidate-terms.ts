import { fieldNorms, normLength } from './field-norms.ts';
import { inverseDocumentFrequency } from './statistics.ts';
import { TermNumbers } from './term-numbers.ts';
import { fieldCount, type RankingWeights } from './weights.ts';

/**
 * A document that the first stage found: its BM25F score, and its terms as keys in the layout of the index (for each
 * ranked field its stems in reading order, then its concepts; `lengths` says how many of each).
 */
export type Candidate = { readonly score: number; readonly stream: Uint32Array; readonly lengths: Uint16Array };

/** Counted over what the whole network may see. */
export type CollectionOfCandidates = {
  readonly documents: number;
  readonly averageLengths: readonly number[];
  /** In how many documents of the whole network a term is, by its key. */
  frequencyOf(key: number): number;
};

/** Stems and concepts of each field in turn. */
export const partCount = fieldCount * 2;

/**
 * The arrays of `CandidateTerms`, which the next question of the thread uses again: a megabyte for each, left to the garbage collector, made the slowest in
 * twenty take twice as long.
 */
const buffers = {
  numbers: new TermNumbers(),
  idf: new Float64Array(),
  stream: new Uint32Array(),
  partsFrom: new Uint32Array(),
  entries: new Uint32Array(),
  saturations: new Float32Array(),
  entriesFrom: new Uint32Array(),
  holders: new Uint16Array(),
  holderSaturations: new Float32Array(),
  holdersFrom: new Uint32Array(),
  nextHolder: new Uint32Array(),
  frequencies: new Float64Array(),
};

type Growing = Exclude<keyof typeof buffers, 'numbers'>;

/** A buffer of at least some length; what it holds is of earlier questions. */
function buffer<Name extends Growing>(name: Name, length: number): (typeof buffers)[Name] {
  if (buffers[name].length < length) {
    const Kind = buffers[name].constructor as new (length: number) => (typeof buffers)[Name];
    buffers[name] = new Kind(2 ** Math.ceil(Math.log2(length)));
  }
  return buffers[name];
}

/**
 * The terms of all candidates of one question, numbered from 0 in order of first appearance, so that what is asked of a term is an element of an array.
 * Candidates are numbered from 0 in their order. Its arrays hold until the next question of the thread is ranked.
 */
export class CandidateTerms {
  readonly collection: CollectionOfCandidates;
  /** How many candidates, and how many terms. */
  readonly size: number;
  readonly termCount: number;
  /** The key of each term. */
  readonly keys: Uint32Array;
  /** Inverse document frequency of each term. */
  readonly idf: Float64Array;
  /** All terms in reading order; part `p` of candidate `c` is from `partsFrom[c * partCount + p]` to the next. */
  readonly stream: Uint32Array;
  readonly partsFrom: Uint32Array;
  /** The distinct terms of each candidate, from `entriesFrom[c]` to the next, and the saturated BM25F frequency of each, between 0 and 1. */
  readonly entries: Uint32Array;
  readonly saturations: Float32Array;
  readonly entriesFrom: Uint32Array;
  /** The same by term: the candidates that hold it, from `holdersFrom[term]` to the next. */
  readonly holders: Uint16Array;
  readonly holderSaturations: Float32Array;
  readonly holdersFrom: Uint32Array;
  readonly #numbers = buffers.numbers;

  constructor(candidates: readonly Candidate[], collection: CollectionOfCandidates, weights: RankingWeights) {
    this.collection = collection;
    this.size = candidates.length;
    this.partsFrom = partsOf(candidates);
    const tokens = this.partsFrom[this.size * partCount] as number;
    this.stream = buffer('stream', tokens);
    this.#numbers.clear();
    let next = 0;
    for (const { stream } of candidates) {
      for (let at = 0; at < stream.length; at += 1) this.stream[next++] = this.#numbers.add(stream[at] as number);
    }
    this.termCount = this.#numbers.size;
    this.keys = this.#numbers.keys;
    this.idf = buffer('idf', this.termCount);
    for (let term = 0; term < this.termCount; term += 1) {
      const frequency = collection.frequencyOf(this.keys[term] as number);
      this.idf[term] = inverseDocumentFrequency(collection.documents, frequency);
    }
    this.entries = buffer('entries', tokens);
    this.saturations = buffer('saturations', tokens);
    this.entriesFrom = buffer('entriesFrom', this.size + 1);
    const entries = this.#addEntries(fieldNorms(collection.averageLengths, weights), weights.k1);
    this.holders = buffer('holders', entries);
    this.holderSaturations = buffer('holderSaturations', entries);
    this.holdersFrom = buffer('holdersFrom', this.termCount + 1);
    this.#addHolders(entries);
  }

  /** The number of a term, or -1 when no candidate holds it. */
  numberOf(key: number): number {
    return this.#numbers.numberOf(key);
  }

  /** Gives the number of entries. */
  #addEntries(norms: readonly Float64Array[], k1: number): number {
    const { size, stream, partsFrom, entries, saturations, entriesFrom } = this;
    const frequencies = buffer('frequencies', this.termCount).fill(0, 0, this.termCount);
    let entry = 0;
    entriesFrom[0] = 0;
    for (let candidate = 0; candidate < size; candidate += 1) {
      const first = entry;
      for (let field = 0; field < fieldCount; field += 1) {
        const part = candidate * partCount + field * 2;
        const from = partsFrom[part] as number;
        const stems = (partsFrom[part + 1] as number) - from;
        const norm = (norms[field] as Float64Array)[normLength(stems)] as number;
        const to = partsFrom[part + 2] as number;
        for (let at = from; at < to; at += 1) {
          const term = stream[at] as number;
          const before = frequencies[term] as number;
          if (before === 0) entries[entry++] = term;
          frequencies[term] = before + norm;
        }
      }
      for (let at = first; at < entry; at += 1) {
        const term = entries[at] as number;
        const frequency = frequencies[term] as number;
        saturations[at] = frequency / (k1 + frequency);
        frequencies[term] = 0;
      }
      entriesFrom[candidate + 1] = entry;
    }
    return entry;
  }

  #addHolders(count: number): void {
    const { size, termCount, entries, saturations, entriesFrom, holders, holderSaturations, holdersFrom } = this;
    holdersFrom.fill(0, 0, termCount + 1);
    for (let entry = 0; entry < count; entry += 1) {
      const term = entries[entry] as number;
      holdersFrom[term + 1] = (holdersFrom[term + 1] as number) + 1;
    }
    for (let term = 1; term <= termCount; term += 1) {
      holdersFrom[term] = (holdersFrom[term] as number) + (holdersFrom[term - 1] as number);
    }
    const next = buffer('nextHolder', termCount);
    next.set(holdersFrom.subarray(0, termCount));
    for (let candidate = 0; candidate < size; candidate += 1) {
      const to = entriesFrom[candidate + 1] as number;
      for (let entry = entriesFrom[candidate] as number; entry < to; entry += 1) {
        const term = entries[entry] as number;
        const at = next[term] as number;
        next[term] = at + 1;
        holders[at] = candidate;
        holderSaturations[at] = saturations[entry] as number;
      }
    }
  }
}

function partsOf(candidates: readonly Candidate[]): Uint32Array {
  const partsFrom = buffer('partsFrom', candidates.length * partCount + 1);
  let part = 0;
  let from = 0;
  partsFrom[0] = 0;
  for (const { lengths } of candidates) {
    for (let i = 0; i < partCount; i += 1) {
      from += lengths[i] ?? 0;
      part += 1;
      partsFrom[part] = from;
    }
  }
  return partsFrom;
}

/** Candidates by score, best first. */
export function bestFirst(scores: Float64Array): number[] {
  return Array.from(scores.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}
