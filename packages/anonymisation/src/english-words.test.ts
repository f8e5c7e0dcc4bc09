import { describe, expect, it } from 'vitest';
import { isOrdinaryWord } from './english-words.ts';

describe('an ordinary word', () => {
  it.each(['walk', 'WALKED', 'studies', 'happier', 'unhappily', 'rearranges', 'eBay'])(
    'is a stem, with the prefix and the suffix that the dictionary lets it take, in any case: %s',
    (word) => {
      expect(isOrdinaryWord(word)).toBe(true);
    },
  );

  it.each(['london', 'studyed', 'walkness', 'conwalk', "zebra's", ''])(
    'is no name, and no stem with an ending that it does not take: %s',
    (word) => {
      expect(isOrdinaryWord(word)).toBe(false);
    },
  );
});
