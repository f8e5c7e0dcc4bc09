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
  return tokeniseEnglish(text) ?? tokeniseAny(text);
}

/** The same for a text in any script, which is what `tokenise` means. */
export function tokeniseAny(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const word = fold(match[0]);
    if (word !== '') tokens.push({ word, start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

const letter = 1;
const digit = 2;
const apostrophe = 3;
const other = 4;
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/i.test(character)) return letter;
  if (/\d/.test(character)) return digit;
  return character === "'" ? apostrophe : 0;
});

function kindOf(code: number): number {
  // Beyond the end of a text the code is not a number.
  if (!(code >= 128)) return kinds[code] ?? 0;
  if (code === 0x2019) return apostrophe;
  // Dashes, quotation marks, the ellipsis, the pound and the space that does not break part words.
  return (code >= 0x2010 && code <= 0x2027) || code === 0xa0 || code === 0xa3 ? 0 : other;
}

/** The same for plain English text, several times faster, because all of the index goes through here; undefined when the text holds another letter. */
function tokeniseEnglish(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === other) return undefined;
    if (kind !== letter && kind !== digit) continue;
    const start = at;
    let next = kind;
    while (next === letter || next === digit) next = kindOf(text.charCodeAt(++at));
    let word = text.slice(start, at).toLowerCase();
    while (next === apostrophe && kindOf(text.charCodeAt(at + 1)) === letter) {
      const from = at + 1;
      do next = kindOf(text.charCodeAt(++at));
      while (next === letter);
      const part = text.slice(from, at).toLowerCase();
      // A possessive ending goes, and the apostrophe before anything else.
      const goesOn = next === apostrophe && kindOf(text.charCodeAt(at + 1)) === letter;
      if (part !== 's' || goesOn) word += part;
    }
    if (next === other) return undefined;
    tokens.push({ word, start, end: at });
    at -= 1;
  }
  return tokens;
}
