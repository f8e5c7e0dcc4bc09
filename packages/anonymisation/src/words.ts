import { fold } from './normalise.ts';

/** One word of a normalised text, without a possessive ending. */
export type Word = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Lower case, no diacritics. */
  readonly folded: string;
  /** Begins with a capital. */
  readonly isCapital: boolean;
  /** More than one letter, all capitals. */
  readonly isUpper: boolean;
  /** In a line where case says nothing: all capitals or none. */
  readonly isCaseless: boolean;
  readonly startsSentence: boolean;
  /** What stands between the word before and this one. */
  readonly gap: string;
};

/** The words of one text and their folded forms side by side, as the phrase look-up takes them. */
export type Reading = { readonly text: string; readonly words: readonly Word[]; readonly folded: readonly string[] };

const wordPattern = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['&-][\p{L}\p{N}]+)*/gu;

/** Splits a normalised text into words and says of each what its casing and its place tell. */
export function readWords(text: string): Reading {
  const words: Word[] = [];
  const caseless = caselessSentences(text);
  let previousEnd = 0;
  let line = 0;
  for (const match of text.matchAll(wordPattern)) {
    const raw = match[0];
    const start = match.index;
    const word = raw.length > 2 && /'s$/i.test(raw) ? raw.slice(0, -2) : raw;
    const gap = text.slice(previousEnd, start);
    while (line + 1 < caseless.length && (caseless[line + 1]?.from ?? 0) <= start) {
      line++;
    }
    words.push({
      start,
      end: start + word.length,
      text: word,
      folded: fold(word),
      isCapital: /^\p{Lu}/u.test(word),
      isUpper: word.length > 1 && /\p{Lu}/u.test(word) && !/\p{Ll}/u.test(word),
      isCaseless: caseless[line]?.caseless ?? false,
      startsSentence: words.length === 0 || beginsSentence(gap, words.at(-1)),
      gap,
    });
    previousEnd = start + word.length;
  }
  return { text, words, folded: words.map((word) => word.folded) };
}

const abbreviations = new Set(
  'mr mrs ms dr prof st no nos art arts para paras v vs sr jr rev hon capt col gen lt sgt insp supt pc dc ds di approx ext tel fig vol sec messrs'.split(
    ' ',
  ),
);

function beginsSentence(gap: string, before: Word | undefined): boolean {
  if (/\n\s*(?:["'(•*\u2022-]|\d+[.)])*\s*$/.test(gap) && /\n/.test(gap)) {
    return true;
  }
  if (/[!?:;\u2014\u2022]|["(]\s*$|^\s*- /.test(gap) && /[!?:]/.test(gap)) {
    return true;
  }
  if (/\.["')\]]*\s/.test(gap)) {
    const isInitial = before !== undefined && before.text.length === 1 && before.isCapital;
    return !(isInitial || (before !== undefined && abbreviations.has(before.folded)));
  }
  return false;
}

/** Sentences of which almost every letter is a capital, or none is though there are several words. */
function caselessSentences(text: string): { from: number; caseless: boolean }[] {
  const lines: { from: number; caseless: boolean }[] = [];
  const lower = (text.match(/\p{Ll}/gu) ?? []).length;
  const upper = (text.match(/\p{Lu}/gu) ?? []).length;
  // A writer who hardly uses capitals at all writes names without them too.
  const uncapitalised = lower > 60 && upper * 120 < lower;
  // By sentence, because a record typed in capitals is often followed by a note that is not.
  for (const match of text.matchAll(/[^\n.!?]*(?:[\n.!?]|$)/g)) {
    if (match[0] === '') {
      break;
    }
    const capitals = (match[0].match(/\p{Lu}/gu) ?? []).length;
    const small = (match[0].match(/\p{Ll}/gu) ?? []).length;
    const shouted = (capitals >= 12 && capitals > 4 * small) || (capitals >= 6 && small === 0);
    lines.push({ from: match.index, caseless: shouted || uncapitalised || (small > 15 && capitals === 0) });
  }
  return lines;
}

/** The words of a range, found by halving: texts are long and ranges many. */
export function wordsWithin(reading: Reading, range: { readonly start: number; readonly end: number }): Word[] {
  const { words } = reading;
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start ?? 0) < range.start) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const found: Word[] = [];
  for (let word = words[low]; word !== undefined && word.end <= range.end; word = words[++low]) {
    found.push(word);
  }
  return found;
}
