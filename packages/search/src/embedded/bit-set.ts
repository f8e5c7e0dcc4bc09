/** A set of small non-negative integers. */
export class BitSet {
  words: Uint32Array;

  constructor(words: Uint32Array = new Uint32Array(4)) {
    this.words = words;
  }

  add(value: number): void {
    const word = value >>> 5;
    if (word >= this.words.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.words.length * 2));
      grown.set(this.words);
      this.words = grown;
    }
    this.words[word] = (this.words[word] ?? 0) | (1 << (value & 31));
  }

  delete(value: number): void {
    const word = value >>> 5;
    if (word < this.words.length) this.words[word] = (this.words[word] ?? 0) & ~(1 << (value & 31));
  }

  has(value: number): boolean {
    return ((this.words[value >>> 5] ?? 0) & (1 << (value & 31))) !== 0;
  }

  /** How many members this set shares with the other. */
  countShared(other: BitSet): number {
    const { words } = this;
    const others = other.words;
    const length = Math.min(words.length, others.length);
    let count = 0;
    for (let i = 0; i < length; i += 1) {
      // Counting the bits of a word in parallel: pairs, nibbles, then a sum over the bytes by multiplication.
      let bits = (words[i] as number) & (others[i] as number);
      if (bits === 0) continue;
      bits -= (bits >>> 1) & 0x55555555;
      bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
      count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return count;
  }

  /** Everything that is in this set and the other. */
  and(other: BitSet): BitSet {
    const words = new Uint32Array(Math.min(this.words.length, other.words.length));
    for (let i = 0; i < words.length; i += 1) words[i] = (this.words[i] ?? 0) & (other.words[i] ?? 0);
    return new BitSet(words);
  }

  /** Everything that is in this set or the other. */
  or(other: BitSet): BitSet {
    const [long, short] =
      this.words.length >= other.words.length ? [this.words, other.words] : [other.words, this.words];
    const words = long.slice();
    for (let i = 0; i < short.length; i += 1) words[i] = (words[i] ?? 0) | (short[i] ?? 0);
    return new BitSet(words);
  }

  /** Everything that is in this set and not in the other. */
  without(other: BitSet): BitSet {
    const words = this.words.slice();
    const shared = Math.min(words.length, other.words.length);
    for (let i = 0; i < shared; i += 1) words[i] = (words[i] ?? 0) & ~(other.words[i] ?? 0);
    return new BitSet(words);
  }

  /** The members in ascending order. */
  *values(): Generator<number> {
    for (let word = 0; word < this.words.length; word += 1) {
      let bits = this.words[word] ?? 0;
      while (bits !== 0) {
        const low = bits & -bits;
        yield word * 32 + (31 - Math.clz32(low));
        bits ^= low;
      }
    }
  }
}
