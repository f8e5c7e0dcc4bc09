/** From a few numeric keys to their places 0, 1, 2, …, faster than a Map: the ranker looks up every word of every candidate. */
export class TermTable {
  /** One more than the place of the key that ends with these bits, 0 for none: what most words need is one look here. */
  readonly #places: Uint16Array;
  readonly #keys: Uint32Array;
  readonly #mask: number;

  constructor(keys: readonly number[]) {
    let size = 8192;
    while (size < keys.length * 16) size *= 2;
    this.#mask = size - 1;
    this.#places = new Uint16Array(size);
    this.#keys = Uint32Array.from(keys);
    this.#keys.forEach((key, place) => {
      if (this.placeOf(key) >= 0) return;
      let at = key & this.#mask;
      while (this.#places[at] !== 0) at = (at + 1) & this.#mask;
      this.#places[at] = place + 1;
    });
  }

  /** The place of a key, or -1. */
  placeOf(key: number): number {
    const place = (this.#places[key & this.#mask] as number) - 1;
    return place < 0 || this.#keys[place] === key ? place : this.#probe(key);
  }

  #probe(key: number): number {
    for (let at = (key + 1) & this.#mask; ; at = (at + 1) & this.#mask) {
      const place = (this.#places[at] as number) - 1;
      if (place < 0 || this.#keys[place] === key) return place;
    }
  }
}

/** Adds up a number for each of many numeric keys, faster than a Map. Entries are in order of first addition. */
export class TermSums {
  keys = new Uint32Array(4096);
  sums = new Float64Array(4096);
  size = 0;
  #places = new Int32Array(2 ** 14).fill(-1);
  /** Leaves as many of a hash's bits as there are places. */
  #shift = 32 - 14;

  add(key: number, amount: number): void {
    const place = this.#placeOf(key >>> 0);
    this.sums[place] = (this.sums[place] as number) + amount;
  }

  /** The sum of a key, 0 for one that was never added. */
  sumOf(key: number): number {
    const place = this.#places[this.#find(key)] as number;
    return place < 0 ? 0 : (this.sums[place] as number);
  }

  /** Where a key's place is kept, or would be. */
  #find(key: number): number {
    const mask = this.#places.length - 1;
    let at = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    for (;;) {
      const place = this.#places[at] as number;
      if (place < 0 || this.keys[place] === key) return at;
      at = (at + 1) & mask;
    }
  }

  #placeOf(key: number): number {
    const at = this.#find(key);
    const place = this.#places[at] as number;
    if (place >= 0) return place;
    if (this.size === this.keys.length) {
      this.#grow();
      return this.#placeOf(key);
    }
    this.#places[at] = this.size;
    this.keys[this.size] = key;
    this.size += 1;
    return this.size - 1;
  }

  #grow(): void {
    const { keys, sums } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.sums = new Float64Array(keys.length * 2);
    this.#places = new Int32Array(this.#places.length * 2).fill(-1);
    this.#shift -= 1;
    this.size = 0;
    keys.forEach((key, place) => {
      this.add(key, sums[place] as number);
    });
  }
}
