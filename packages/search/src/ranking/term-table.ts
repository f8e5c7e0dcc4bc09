/** From a few numeric keys to their places 0, 1, 2, …, faster than a Map: the ranker looks up every word of every candidate. */
export class TermTable {
  readonly #keys: Uint32Array;
  readonly #places: Int32Array;
  readonly #mask: number;

  constructor(keys: readonly number[]) {
    let size = 16;
    while (size < keys.length * 4) size *= 2;
    this.#mask = size - 1;
    this.#keys = new Uint32Array(size);
    this.#places = new Int32Array(size).fill(-1);
    keys.forEach((key, place) => {
      let at = this.#start(key);
      while ((this.#places[at] ?? -1) >= 0 && this.#keys[at] !== key >>> 0) at = (at + 1) & this.#mask;
      this.#keys[at] = key;
      this.#places[at] = place;
    });
  }

  #start(key: number): number {
    return (Math.imul(key, 0x9e3779b1) >>> 15) & this.#mask;
  }

  /** The place of a key, or -1. */
  placeOf(key: number): number {
    let at = this.#start(key);
    for (;;) {
      const place = this.#places[at] ?? -1;
      if (place < 0 || this.#keys[at] === key) return place;
      at = (at + 1) & this.#mask;
    }
  }
}
