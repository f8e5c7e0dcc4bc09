/** Phrases of one or more words, found at a position of a row of words in time that does not grow with the list. */
export type PhraseIndex = {
  /** How many words from `at` the longest phrase covers; 0 when none begins there. */
  longestAt(words: readonly string[], at: number): number;
  has(phrase: string): boolean;
};

/** Reads a block of phrases separated by white space, the words of one phrase joined by underscores. */
export function indexPhrases(...blocks: readonly string[]): PhraseIndex {
  const byFirst = new Map<string, string[][]>();
  const all = new Set<string>();
  for (const entry of blocks.flatMap((block) => block.split(/\s+/))) {
    const words = entry.toLowerCase().split('_');
    const first = words[0];
    if (first === undefined || first === '' || all.has(words.join(' '))) {
      continue;
    }
    all.add(words.join(' '));
    byFirst.set(first, [...(byFirst.get(first) ?? []), words]);
  }
  for (const phrases of byFirst.values()) {
    phrases.sort((a, b) => b.length - a.length);
  }
  return {
    has: (phrase) => all.has(phrase),
    longestAt(words, at) {
      const phrases = byFirst.get(words[at] ?? '');
      const found = phrases?.find((phrase) => phrase.every((word, i) => words[at + i] === word));
      return found?.length ?? 0;
    },
  };
}
