/** Numbers that follow from a seed alone, so that a run can be had again. */
export type Random = {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number;
  /** True with this chance, 0 to 1. */
  chance(chance: number): boolean;
  /** One of the list. Throws for an empty one. */
  pick<T>(list: readonly T[]): T;
};

/** A generator (mulberry32) whose start is hashed (FNV-1a) from the parts of a seed. */
export function randomFrom(...seed: readonly (string | number)[]): Random {
  let state = 0x811c9dc5;
  for (const character of seed.join('/')) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (chance) => next() < chance,
    pick: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new RangeError('There is nothing to pick from');
      return chosen;
    },
  };
}
