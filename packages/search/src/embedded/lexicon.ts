/** Grows a typed array by doubling, keeping what is in it. */
function grown(array: Uint32Array, length: number): Uint32Array {
  if (length <= array.length) return array;
  const larger = new Uint32Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

/**
 * Terms and their numbers. `holders` counts every document with the term, and when the last one goes the term is
 * forgotten too; `frequency` counts only documents that the whole network may see.
 */
export class Lexicon {
  readonly #numbers = new Map<string, number>();
  #terms: string[] = [];
  #free: number[] = [];
  #holders: Uint32Array = new Uint32Array(1024);
  #frequencies: Uint32Array = new Uint32Array(1024);

  /** One more than the largest number given out. */
  get size(): number {
    return this.#terms.length;
  }

  numberOf(term: string): number | undefined {
    return this.#numbers.get(term);
  }

  termOf(number: number): string {
    return this.#terms[number] ?? '';
  }

  frequencyOf(number: number): number {
    return this.#frequencies[number] ?? 0;
  }

  frequency(term: string): number {
    const number = this.#numbers.get(term);
    return number === undefined ? 0 : this.frequencyOf(number);
  }

  /** The number of a term, given out now if it has none. */
  intern(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#free.pop() ?? this.#terms.length;
    this.#terms[number] = term;
    this.#numbers.set(term, number);
    this.#holders = grown(this.#holders, number + 1);
    this.#frequencies = grown(this.#frequencies, number + 1);
    return number;
  }

  addHolder(number: number, counted: boolean): void {
    this.#holders[number] = (this.#holders[number] ?? 0) + 1;
    if (counted) this.#frequencies[number] = this.frequencyOf(number) + 1;
  }

  /** True when the term has no holder left and was forgotten. */
  removeHolder(number: number, counted: boolean): boolean {
    if (counted) this.#frequencies[number] = this.frequencyOf(number) - 1;
    const holders = (this.#holders[number] ?? 0) - 1;
    this.#holders[number] = holders;
    if (holders > 0) return false;
    this.#numbers.delete(this.termOf(number));
    this.#terms[number] = '';
    this.#free.push(number);
    return true;
  }

  /** Everything, for a snapshot. */
  save(): { terms: string[]; holders: Uint32Array; frequencies: Uint32Array } {
    return {
      terms: this.#terms,
      holders: this.#holders.subarray(0, this.size),
      frequencies: this.#frequencies.subarray(0, this.size),
    };
  }

  /** The lexicon that was saved. */
  static load(saved: { terms: string[]; holders: Uint32Array; frequencies: Uint32Array }): Lexicon {
    const lexicon = new Lexicon();
    lexicon.#terms = saved.terms;
    lexicon.#holders = saved.holders.slice();
    lexicon.#frequencies = saved.frequencies.slice();
    saved.terms.forEach((term, number) => {
      if (term === '') lexicon.#free.push(number);
      else lexicon.#numbers.set(term, number);
    });
    return lexicon;
  }
}
