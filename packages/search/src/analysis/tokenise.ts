/** A word of a text: `start` and `end` are UTF-16 offsets into the text as given; `word` is lower case, without accents or apostrophes. */
export type Token = { readonly word: string; readonly start: number; readonly end: number };

const wordPattern = /[\p{L}\p{N}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*/gu;
const asciiOnly = /^[a-z0-9]*$/;

function fold(raw: string): string {
  const lower = raw.toLowerCase();
  if (asciiOnly.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/['’ʼ]s$/u, '')
    .replace(/['’ʼ\p{M}]/gu, '');
}

/** The words of a text in order. Possessive endings and apostrophes go ("won't" is "wont"); hyphens part words. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const word = fold(match[0]);
    if (word !== '') tokens.push({ word, start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}
