import { editDistance } from './edit-distance.ts';

/** A word that may have been meant; `likelihood` of the corrections of one word adds up to 1. */
export type Correction = { readonly word: string; readonly likelihood: number };

const shortestCorrected = 4;
const shortestForTwoEdits = 7;
const mostCorrections = 3;
/** How much another first letter counts against a word: a factor on how often it is used. */
const otherFirstLetter = 0.2;

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
  /** Words by letter pair and length: an edit changes the length by one at most. */
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
      const key = `${pair}${word.length}`;
      const numbers = this.#withPair.get(key);
      if (numbers === undefined) this.#withPair.set(key, [number]);
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
    const rated = this.#near(word, word.length < shortestForTwoEdits ? 1 : 2)
      .map((number) => {
        const candidate = this.#words[number] ?? '';
        const first = candidate[0] === word[0] ? 1 : otherFirstLetter;
        return { word: candidate, rating: (this.#counts[number] ?? 0) * first };
      })
      .sort((a, b) => b.rating - a.rating || (a.word < b.word ? -1 : 1))
      .slice(0, mostCorrections);
    const all = rated.reduce((sum, { rating }) => sum + rating, 0);
    return rated.map(({ word: candidate, rating }) => ({ word: candidate, likelihood: rating / all }));
  }

  /** The words within a number of edits; only the nearest count, so once one edit is enough no more are looked for. */
  #near(word: string, most: number): number[] {
    const pairs = [...pairsOf(word)];
    const isNear = (number: number, limit: number) => {
      const candidate = this.#words[number] as string;
      return candidate !== '' && editDistance(word, candidate, limit) <= limit;
    };
    for (let limit = 1; limit <= most; limit += 1) {
      // An edit spoils at most three letter pairs (a swap does), so a word within the limit shares at least this many.
      const least = Math.max(1, pairs.length - 3 * limit);
      const found: number[] = [];
      for (let length = word.length - limit; length <= word.length + limit; length += 1) {
        const lists = pairs.map((pair) => this.#withPair.get(`${pair}${length}`) ?? []);
        lists.sort((a, b) => a.length - b.length);
        for (const number of this.#sharing(lists, least)) if (isNear(number, limit)) found.push(number);
      }
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The numbers that are in at least so many of some lists, the shortest of which come first. */
  #sharing(lists: readonly (readonly number[])[], least: number): number[] {
    const shared = this.#shared;
    const touched: number[] = [];
    // Whatever is in `least` lists is in one of these: the longest lists bring nothing new.
    const opening = lists.length - least + 1;
    lists.forEach((list, place) => {
      for (let i = 0; i < list.length; i += 1) {
        const number = list[i] as number;
        const count = shared[number] as number;
        if (count === 0 && place >= opening) continue;
        if (count === 0) touched.push(number);
        shared[number] = count + 1;
      }
    });
    const sharing = touched.filter((number) => (shared[number] as number) >= least);
    for (const number of touched) shared[number] = 0;
    return sharing;
  }
}
