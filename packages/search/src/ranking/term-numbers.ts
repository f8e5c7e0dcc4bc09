/** Numbers the keys that are added from 0, in order of first addition, faster than a Map. Keys are unsigned and 32 bits wide. */
export class TermNumbers {
  /** The keys by number; what is past `size` means nothing. */
  keys = new Uint32Array(8192);
  size = 0;
  #numbers = new Int32Array(2 ** 14).fill(-1);
  /** Leaves as many of a hash's bits as there are places. */
  #shift = 32 - 14;

  /** The number of a key, which it is given when it is new. */
  add(key: number): number {
    const place = this.#placeOf(key);
    const number = this.#numbers[place] as number;
    if (number >= 0) return number;
    if (this.size === this.keys.length) {
      this.#grow();
      return this.add(key);
    }
    this.#numbers[place] = this.size;
    this.keys[this.size] = key;
    this.size += 1;
    return this.size - 1;
  }

  /** Forgets all keys. */
  clear(): void {
    this.size = 0;
    this.#numbers.fill(-1);
  }

  /** The number of a key, or -1 when it was never added. */
  numberOf(key: number): number {
    return this.#numbers[this.#placeOf(key)] as number;
  }

  /** Where a key's number is kept, or would be. */
  #placeOf(key: number): number {
    const mask = this.#numbers.length - 1;
    let at = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    for (;;) {
      const number = this.#numbers[at] as number;
      if (number < 0 || this.keys[number] === key) return at;
      at = (at + 1) & mask;
    }
  }

  #grow(): void {
    const { keys, size } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.keys.set(keys);
    this.#numbers = new Int32Array(this.#numbers.length * 2).fill(-1);
    this.#shift -= 1;
    for (let number = 0; number < size; number += 1) this.#numbers[this.#placeOf(keys[number] as number)] = number;
  }
}

/** Adds up a number for each of many keys, faster than a Map. */
export class TermSums {
  readonly #numbers = new TermNumbers();
  #sums = new Float64Array(4096);

  add(key: number, amount: number): void {
    const number = this.#numbers.add(key);
    if (number === this.#sums.length) {
      const grown = new Float64Array(this.#sums.length * 2);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    this.#sums[number] = (this.#sums[number] as number) + amount;
  }

  /** The sum of a key, 0 for one that was never added. */
  sumOf(key: number): number {
    const number = this.#numbers.numberOf(key);
    return number < 0 ? 0 : (this.#sums[number] as number);
  }
}
