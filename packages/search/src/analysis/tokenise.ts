/** A word of a text: `start` and `end` are UTF-16 offsets into the text as given; `word` is lower case, without accents or apostrophes. */
export type Token = { readonly word: string; readonly start: number; readonly end: number };

const wordPattern = /[\p{L}\p{N}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*/gu;
const asciiOnly = /^[a-z0-9]*$/;

/** A word as it is compared: lower case. Possessive endings, apostrophes and accents go ("won't" is "wont"). */
export function foldWord(raw: string): string {
  const lower = raw.toLowerCase();
  if (asciiOnly.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/['’ʼ]s$/u, '')
    .replace(/['’ʼ\p{M}]/gu, '');
}

/** The words of a text in order; hyphens part words. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const spans = wordSpans(text);
  for (let i = 0; i < spans.length; i += 2) {
    const [start, end] = [spans[i] as number, spans[i + 1] as number];
    const word = foldWord(text.slice(start, end));
    if (word !== '') tokens.push({ word, start, end });
  }
  return tokens;
}

/** The first word that begins at an offset or after it. */
export function nextWord(text: string, from: number): Token | undefined {
  wordPattern.lastIndex = from;
  const match = wordPattern.exec(text);
  if (match === null) return undefined;
  return { word: foldWord(match[0]), start: match.index, end: match.index + match[0].length };
}

/** Where the words of a text begin and end, in turns. */
export function wordSpans(text: string): number[] {
  return englishSpans(text) ?? spansInAnyScript(text);
}

/** The same for a text in any script, which is what `wordSpans` means. */
export function spansInAnyScript(text: string): number[] {
  return Array.from(text.matchAll(wordPattern), ({ index, 0: word }) => [index, index + word.length]).flat();
}

const letter = 1;
const digit = 2;
const apostrophe = 3;
const other = 4;

/** What each UTF-16 code is to plain English text; 0 parts words. */
const kinds = Uint8Array.from({ length: 2 ** 16 }, (_, code) => {
  if (code === 0x27 || code === 0x2019) return apostrophe;
  // Dashes, quotation marks, the ellipsis, the pound and the space that does not break part words.
  if (code >= 128) return (code >= 0x2010 && code <= 0x2027) || code === 0xa0 || code === 0xa3 ? 0 : other;
  const character = String.fromCharCode(code);
  if (/[a-z]/i.test(character)) return letter;
  return /\d/.test(character) ? digit : 0;
});

/** The same for plain English text, several times faster, because all of the index goes through here; undefined when the text holds another letter. */
function englishSpans(text: string): number[] | undefined {
  const spans: number[] = [];
  const { length } = text;
  const kindAt = (at: number) => (at < length ? (kinds[text.charCodeAt(at)] as number) : 0);
  for (let at = 0; at < length; ) {
    let kind = kindAt(at);
    if (kind === other) return undefined;
    if (kind !== letter && kind !== digit) {
      at += 1;
      continue;
    }
    const start = at;
    while (kind === letter || kind === digit) kind = kindAt(++at);
    while (kind === apostrophe && kindAt(at + 1) === letter) {
      do kind = kindAt(++at);
      while (kind === letter);
    }
    if (kind === other) return undefined;
    spans.push(start, at);
  }
  return spans;
}
