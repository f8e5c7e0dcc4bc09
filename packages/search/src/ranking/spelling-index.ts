import { editDistance } from './edit-distance.ts';

/** A word that may have been meant; `likelihood` of the corrections of one word adds up to 1. */
export type Correction = { readonly word: string; readonly likelihood: number };

const shortestCorrected = 4;
const shortestForTwoEdits = 7;
const mostCorrections = 3;
/** How much a second edit, or another first letter, counts against a word: a factor on how often it is used. */
const secondEdit = 0.01;
const otherFirstLetter = 0.2;
/** Rare words are a little likelier than their use says: people misspell what they seldom write. */
const flattening = 0.6;

/** Letter pairs, with the ends of the word as letters of their own. */
function pairsOf(word: string): Set<string> {
  const padded = `^${word}$`;
  const pairs = new Set<string>();
  for (let i = 1; i < padded.length; i += 1) pairs.add(padded.slice(i - 1, i + 1));
  return pairs;
}

/**
 * A dictionary of the collection that finds the words near a misspelt one through an index of letter pairs, so that only words which
 * share enough of them are compared. Words are counted by the documents that use them.
 */
export class SpellingIndex {
  readonly #numbers = new Map<string, number>();
  #words: string[] = [];
  #counts: number[] = [];
  #withPair = new Map<string, number[]>();
  #shared = new Uint8Array(1024);
  #forgotten = 0;

  get size(): number {
    return this.#numbers.size;
  }

  has(word: string): boolean {
    return this.#numbers.has(word);
  }

  add(word: string, count = 1): void {
    const known = this.#numbers.get(word);
    if (known !== undefined) {
      this.#counts[known] = (this.#counts[known] ?? 0) + count;
      return;
    }
    if (word.length < shortestCorrected - 1 || word.length > 40 || /\d/.test(word)) return;
    this.#register(word, count);
  }

  #register(word: string, count: number): void {
    const number = this.#words.length;
    this.#words.push(word);
    this.#counts.push(count);
    this.#numbers.set(word, number);
    for (const pair of pairsOf(word)) {
      const numbers = this.#withPair.get(pair);
      if (numbers === undefined) this.#withPair.set(pair, [number]);
      else numbers.push(number);
    }
    if (number >= this.#shared.length) this.#shared = new Uint8Array(this.#shared.length * 2);
  }

  /** Takes back one use of a word; a word that no document uses any more is forgotten. */
  remove(word: string): void {
    const number = this.#numbers.get(word);
    if (number === undefined) return;
    const count = (this.#counts[number] ?? 0) - 1;
    this.#counts[number] = count;
    if (count > 0) return;
    this.#numbers.delete(word);
    this.#words[number] = '';
    this.#forgotten += 1;
    if (this.#forgotten > 1000 && this.#forgotten * 2 > this.#words.length) this.#rebuild();
  }

  #rebuild(): void {
    const kept = [...this.#numbers].map(([word, number]) => [word, this.#counts[number] ?? 0] as const);
    this.#numbers.clear();
    this.#words = [];
    this.#counts = [];
    this.#withPair = new Map();
    this.#forgotten = 0;
    for (const [word, count] of kept) this.#register(word, count);
  }

  /** Every word with its count, for a snapshot. */
  save(): { words: string[]; counts: Uint32Array } {
    const kept = [...this.#numbers];
    return {
      words: kept.map(([word]) => word),
      counts: Uint32Array.from(kept, ([, number]) => this.#counts[number] ?? 0),
    };
  }

  /** The dictionary that was saved. */
  static load({ words, counts }: { words: readonly string[]; counts: Uint32Array }): SpellingIndex {
    const spelling = new SpellingIndex();
    words.forEach((word, i) => {
      spelling.#register(word, counts[i] ?? 0);
    });
    return spelling;
  }

  /** What a word that is not in the dictionary may have been meant to be, likeliest first. */
  corrections(word: string): Correction[] {
    if (word.length < shortestCorrected || word.length > 40 || /\d/.test(word)) return [];
    const near = this.#near(word, 1);
    const found = near.length > 0 || word.length < shortestForTwoEdits ? near : this.#near(word, 2);
    const rated = found
      .map(({ number, distance }) => {
        const candidate = this.#words[number] ?? '';
        const use = (this.#counts[number] ?? 0) ** flattening;
        const first = candidate[0] === word[0] ? 1 : otherFirstLetter;
        return { word: candidate, rating: use * first * (distance > 1 ? secondEdit : 1) };
      })
      .sort((a, b) => b.rating - a.rating || (a.word < b.word ? -1 : 1))
      .slice(0, mostCorrections);
    const all = rated.reduce((sum, { rating }) => sum + rating, 0);
    return rated.map(({ word: candidate, rating }) => ({ word: candidate, likelihood: rating / all }));
  }

  #near(word: string, limit: number): { number: number; distance: number }[] {
    const pairs = pairsOf(word);
    // An edit spoils at most three letter pairs (a swap does), so a word within the limit shares at least this many.
    const least = Math.max(1, pairs.size - 3 * limit);
    const shared = this.#shared;
    const touched: number[] = [];
    const found: { number: number; distance: number }[] = [];
    for (const pair of pairs) {
      for (const number of this.#withPair.get(pair) ?? []) {
        const count = shared[number] ?? 0;
        if (count === 0) touched.push(number);
        shared[number] = count + 1;
      }
    }
    for (const number of touched) {
      const count = shared[number] ?? 0;
      shared[number] = 0;
      if (count < least) continue;
      const candidate = this.#words[number] ?? '';
      if (candidate === '') continue;
      const distance = editDistance(word, candidate, limit);
      if (distance <= limit) found.push({ number, distance });
    }
    return found;
  }
}
