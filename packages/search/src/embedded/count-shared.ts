/** `count-shared.wat`, assembled. */
export const assembled =
  'AGFzbQEAAAABCAFgBH9/f38AAwIBAAUDAQABBxgCBm1lbW9yeQIAC2NvdW50U2hhcmVkAAAKkAEBjQECA38BfgJAA0AgAEUNASAEIAFqIQUgAiEGQgAhBwJAA0AgBCAFRg0BIAcgBCkDACAGKQMAg3sgBCkDCCAGKQMIg3t8IAQpAxAgBikDEIN7IAQpAxggBikDGIN7fHx8IQcgBEEgaiEEIAZBIGohBgwACwsgAyAHpzYCACADQQRqIQMgAEEBayEADAALCws=';

const module = new WebAssembly.Module(Buffer.from(assembled, 'base64'));
const bytesPerPage = 65_536;

type Exports = {
  readonly memory: WebAssembly.Memory;
  readonly countShared: (sets: number, length: number, other: number, counts: number) => void;
};

/**
 * Copies some bit sets, given as their words, next to each other. What it gives tells how many bits each of them shares with another set, in
 * their order; it is valid until the next call.
 */
export function sharedCounter(sets: readonly Uint32Array[]): (other: Uint32Array) => Uint32Array {
  const { memory, countShared } = new WebAssembly.Instance(module).exports as Exports;
  // Sets grow by doubling: the room that they have left is not counted.
  const longest = sets.reduce((most, set) => Math.max(most, set.findLastIndex((word) => word !== 0) + 1), 0);
  const words = Math.ceil(longest / 8) * 8;
  const other = sets.length * words;
  const counts = other + words;
  const pages = Math.ceil(((counts + sets.length) * 4) / bytesPerPage);
  memory.grow(Math.max(0, pages - 1));
  const all = new Uint32Array(memory.buffer);
  sets.forEach((set, i) => {
    all.set(set, i * words);
  });
  return (set) => {
    all.fill(0, other, counts);
    all.set(set.subarray(0, words), other);
    countShared(sets.length, words * 4, other * 4, counts * 4);
    return all.subarray(counts, counts + sets.length);
  };
}
