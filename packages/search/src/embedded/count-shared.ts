/** `count-shared.wat`, assembled. */
export const assembled =
  'AGFzbQEAAAABCAFgBH9/f38AAwIBAAUDAQABBxgCBm1lbW9yeQIAC2NvdW50U2hhcmVkAAAKkAEBjQECA38BfgJAA0AgAEUNASAEIAFqIQUgAiEGQgAhBwJAA0AgBCAFRg0BIAcgBCkDACAGKQMAg3sgBCkDCCAGKQMIg3t8IAQpAxAgBikDEIN7IAQpAxggBikDGIN7fHx8IQcgBEEgaiEEIAZBIGohBgwACwsgAyAHpzYCACADQQRqIQMgAEEBayEADAALCws=';

type Exports = {
  readonly memory: WebAssembly.Memory;
  readonly countShared: (sets: number, length: number, other: number, counts: number) => void;
};

// One for the thread: each memory of WebAssembly takes gigabytes of addresses, and time to make.
const module = new WebAssembly.Module(Buffer.from(assembled, 'base64'));
const { memory, countShared } = new WebAssembly.Instance(module).exports as Exports;
let all = new Uint32Array(memory.buffer);
let copied: SharedCounter | undefined;

const bytesPerPage = 65_536;

/** Counts how many bits each of some sets shares with another. The sets, given as their words, must not change meanwhile. */
export class SharedCounter {
  readonly #sets: readonly Uint32Array[];
  /** How many words of memory each set has. */
  readonly #words: number;

  constructor(sets: readonly Uint32Array[]) {
    this.#sets = sets;
    // Sets grow by doubling: the room that they have left is not counted.
    const longest = sets.reduce((most, set) => Math.max(most, set.findLastIndex((word) => word !== 0) + 1), 0);
    this.#words = Math.ceil(longest / 8) * 8;
  }

  /** The counts in the order of the sets; valid until anything is counted next. */
  count(other: Uint32Array): Uint32Array {
    const otherAt = this.#sets.length * this.#words;
    const countsAt = otherAt + this.#words;
    if (copied !== this) this.#copy(countsAt + this.#sets.length);
    all.fill(0, otherAt, countsAt);
    all.set(other.subarray(0, this.#words), otherAt);
    countShared(this.#sets.length, this.#words * 4, otherAt * 4, countsAt * 4);
    return all.subarray(countsAt, countsAt + this.#sets.length);
  }

  #copy(words: number): void {
    const missing = words * 4 - memory.buffer.byteLength;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / bytesPerPage));
      all = new Uint32Array(memory.buffer);
    }
    // Nothing of what was counted before stays.
    all.fill(0);
    this.#sets.forEach((set, i) => {
      all.set(set.subarray(0, this.#words), i * this.#words);
    });
    copied = this;
  }
}
