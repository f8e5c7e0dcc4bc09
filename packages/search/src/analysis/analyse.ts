import { conceptMatcher } from './concept-matcher.ts';
import { stem } from './stem.ts';
import { stopWords } from './stop-words.ts';
import { type Token, tokenise } from './tokenise.ts';

/** A word with its stem. Stop words keep their place, because phrases of concepts may hold them. */
export type AnalysedToken = Token & { readonly stem: string; readonly stop: boolean };

/** The words of a text with their stems. */
export function analyse(text: string): AnalysedToken[] {
  return tokenise(text).map((token) => ({
    ...token,
    stem: stem(token.word),
    stop: stopWords.has(token.word) || (token.word.length === 1 && !/\d/.test(token.word)),
  }));
}

/** What marks a term as a concept; no stem begins with it. */
export const conceptPrefix = '~';

/**
 * The terms under which a text is indexed: stems in order without stop words, then one `~concept` term for each place
 * where the text names a concept of the vocabulary, however it words it; and its words as they are written, lower case.
 */
export function termsOf(text: string): { stems: string[]; concepts: string[]; words: string[] } {
  const tokens = analyse(text);
  const stems: string[] = [];
  for (const token of tokens) if (!token.stop) stems.push(token.stem);
  return {
    stems,
    words: tokens.map(({ word }) => word),
    concepts: conceptMatcher()
      .find(tokens)
      .map((match) => conceptPrefix + match.concept.id),
  };
}
