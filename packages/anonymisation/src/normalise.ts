import { lookAlikes } from './data/look-alikes.ts';

/** A text in the form that the detectors read, with the way back to what the author wrote. */
export type NormalisedText = {
  readonly original: string;
  readonly text: string;
  /** The offset in the original where the normalised character at `index` begins. */
  originalStart(index: number): number;
  /** The offset in the original just after the normalised character at `index - 1`. */
  originalEnd(index: number): number;
};

// Zero-width characters, soft hyphen, direction marks, variation selectors, tags, fillers: present to software, not to a reader.
const invisible = /^[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]$/u;
const combining = /^\p{M}$/u;
const decimalDigit = /^\p{Nd}$/u;
const latinLetter = /^\p{Script=Latin}$/u;
const onlyAscii = /^[\0-\x7f]*$/;

/**
 * Layer 0. NFKC, invisible characters removed, letters and digits of other scripts that look like Latin ones replaced,
 * quotation marks and dashes made plain. Every character keeps the range of the original that it came from, so a mark on
 * the result always falls on the author's own words.
 */
export function normalise(original: string): NormalisedText {
  if (onlyAscii.test(original)) return asciiForm(original);
  const out: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const emit = (text: string, start: number, end: number) => {
    for (let i = 0; i < text.length; i++) {
      starts.push(start);
      ends.push(end);
    }
    out.push(text);
  };
  let index = 0;
  while (index < original.length) {
    const code = original.charCodeAt(index);
    const nextCode = index + 1 < original.length ? original.charCodeAt(index + 1) : 0;
    if (code < 0x80 && nextCode < 0x80) {
      emit(code === 0x60 ? "'" : original.charAt(index), index, index + 1);
      index++;
      continue;
    }
    const start = index;
    const base = characterAt(original, index);
    index += base.length;
    if (invisible.test(base)) {
      continue;
    }
    let marks = '';
    while (index < original.length && original.charCodeAt(index) >= 0x80) {
      const next = characterAt(original, index);
      if (invisible.test(next)) {
        index += next.length;
      } else if (combining.test(next)) {
        // A stack of marks is decoration, and composing a long one is slow.
        if (marks.length < 8) {
          marks += next;
        }
        index += next.length;
      } else {
        break;
      }
    }
    emit(plainForm(base, marks), start, index);
  }
  const text = out.join('');
  return {
    original,
    text,
    originalStart: (at) => starts[at] ?? original.length,
    originalEnd: (at) => (at <= 0 ? 0 : (ends[at - 1] ?? original.length)),
  };
}

/** Nothing of a text in ASCII changes its length, so every offset is its own. */
function asciiForm(original: string): NormalisedText {
  const within = (at: number) => Math.min(at, original.length);
  return {
    original,
    text: original.replaceAll('`', "'"),
    originalStart: within,
    originalEnd: (at) => Math.max(0, within(at)),
  };
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function plainForm(base: string, marks: string): string {
  if (marks === '' && base.charCodeAt(0) < 0x80) {
    return base === '`' ? "'" : base;
  }
  let composed = (base + marks).normalize('NFKC');
  if (composed === '\u2026') {
    composed = '...';
  }
  let plain = '';
  let previousIsLatin = false;
  for (const character of composed) {
    if (combining.test(character)) {
      if (!previousIsLatin) {
        plain += character;
      }
      continue;
    }
    const replaced = lookAlikes.get(character) ?? asciiDigit(character) ?? accentedLookAlike(character) ?? character;
    previousIsLatin = latinLetter.test(replaced);
    plain += replaced;
  }
  return plain;
}

function accentedLookAlike(character: string): string | undefined {
  if (latinLetter.test(character)) {
    return undefined;
  }
  const bare = character.normalize('NFD').charAt(0);
  return bare === character ? undefined : lookAlikes.get(bare);
}

function asciiDigit(character: string): string | undefined {
  if (!decimalDigit.test(character)) {
    return undefined;
  }
  // Unicode keeps the ten digits of a script together and in order, so the value is the distance to the first.
  const point = character.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && decimalDigit.test(String.fromCodePoint(point - value - 1))) {
    value++;
  }
  return String(value);
}

/** Lower case without diacritics, apostrophes kept: the form in which names are compared. Length may change. */
export function fold(text: string): string {
  let ascii = true;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) {
      ascii = false;
      break;
    }
  }
  if (ascii) {
    return text.toLowerCase();
  }
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþıħŋ]/g, (letter) => foldedLetters[letter] ?? letter);
}

const foldedLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
};
