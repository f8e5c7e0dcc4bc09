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

  /** Adds every member of the other set. */
  addAll({ words }: BitSet): void {
    if (words.length > this.words.length) {
      const grown = new Uint32Array(words.length);
      grown.set(this.words);
      this.words = grown;
    }
    for (let i = 0; i < words.length; i += 1) this.words[i] = (this.words[i] as number) | (words[i] as number);
  }

  /** How many members it has. */
  get size(): number {
    const { words } = this;
    let count = 0;
    for (let i = 0; i < words.length; i += 1) {
      // Counting the bits of a word in parallel: pairs, nibbles, then a sum over the bytes by multiplication.
      let bits = words[i] as number;
      bits -= (bits >>> 1) & 0x55555555;
      bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
      count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return count;
  }

  /** Writes the members in ascending order. Gives how many there are. */
  copyTo(members: Uint32Array): number {
    let count = 0;
    for (let word = 0; word < this.words.length; word += 1) {
      for (let bits = this.words[word] as number; bits !== 0; bits &= bits - 1) {
        members[count++] = word * 32 + 31 - Math.clz32(bits & -bits);
      }
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
  values(): Uint32Array {
    const members = new Uint32Array(this.size);
    this.copyTo(members);
    return members;
  }
}
