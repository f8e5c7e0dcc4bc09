/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** A query in which a share of the words of five letters or more has one typo: a letter lost, doubled up with another, changed, or two swapped. */
export function addTypos(words: string, random: () => number, share = 0.3): string {
  const letter = () => letters[Math.floor(random() * letters.length)] ?? 'e';
  return words.replace(/[a-zA-Z]{5,}/g, (word) => {
    if (random() >= share) return word;
    // The first letter is rarely the one that goes wrong.
    const at = 1 + Math.floor(random() * (word.length - 1));
    switch (Math.floor(random() * 4)) {
      case 0:
        return word.slice(0, at) + word.slice(at + 1);
      case 1:
        return word.slice(0, at) + letter() + word.slice(at);
      case 2:
        return word.slice(0, at) + letter() + word.slice(at + 1);
      default: {
        const first = Math.min(at, word.length - 2);
        return word.slice(0, first) + (word[first + 1] ?? '') + (word[first] ?? '') + word.slice(first + 2);
      }
    }
  });
}
