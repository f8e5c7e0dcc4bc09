import { isOrdinaryWord } from './english-words.ts';
import type { DenyEntry, Mark, Severity } from './finding.ts';
import { fold } from './normalise.ts';

/** A text reduced to the letters and digits that a reader would take for one another, with the way back. */
type Skeleton = { readonly letters: string; readonly at: readonly number[] };

type Sought = {
  readonly letters: string;
  /** Part of an entry, such as a surname: an ordinary word among these needs a capital to count. */
  readonly part: boolean;
  readonly kind: DenyEntry['kind'];
  readonly entityKey: string;
};

const titles = new Set('mr mrs ms miss mx dr sir lady the of and de la le van von der bin binti ibn al el'.split(' '));
const schoolWords = new Set(
  'school academy primary secondary infant infants junior juniors high grammar college nursery church catholic rc ce cofe community st saint saints the of and for girls boys first middle upper lower free sixth form centre our lady'.split(
    ' ',
  ),
);
const addressWords = new Set(
  'road street avenue lane close drive way court crescent place terrace gardens grove house flat apartment walk hill park rise mews row square green view the of and north south east west'.split(
    ' ',
  ),
);

/** The deny-list of one case, prepared once for every field. */
export function prepareDenyList(entries: readonly DenyEntry[]): Sought[] {
  const sought = new Map<string, Sought>();
  entries.forEach((entry, index) => {
    const entityKey = `deny:${index}`;
    const add = (value: string, part: boolean) => {
      const letters = skeletonOf(value).letters;
      if (letters !== '' && !(part && (letters.length < 3 || sought.has(letters)))) {
        const known = sought.get(letters);
        sought.set(letters, known && !known.part ? known : { letters, part, kind: entry.kind, entityKey });
      }
    };
    add(entry.value, false);
    for (const part of partsOf(entry)) {
      add(part, true);
    }
  });
  return [...sought.values()];
}

function partsOf(entry: DenyEntry): string[] {
  const words = entry.value.match(/[\p{L}\p{M}\p{N}'’-]+/gu) ?? [];
  if (entry.kind === 'person') {
    const parts = words.flatMap((word) => (word.includes('-') ? [word, ...word.split('-')] : [word]));
    return words.length > 1 || parts.length > 1 ? parts.filter((part) => !titles.has(part.toLowerCase())) : [];
  }
  if (entry.kind === 'school') {
    const own = words.filter((word) => !schoolWords.has(fold(word)));
    return own.length > 0 ? [own.join(' ')] : [];
  }
  if (entry.kind === 'address') {
    return entry.value
      .split(/[,\n]/)
      .map((part) => part.replace(/^\s*(?:flat|apartment|unit|no\.?)?\s*\d+[a-z]?\b/i, '').trim())
      .filter((part) => {
        const own = part.match(/\p{L}+/gu) ?? [];
        return own.some((word) => !addressWords.has(fold(word)));
      });
  }
  return [];
}

/**
 * Layer 6 on one normalised text. A value is found in any casing, spacing, hyphenation and diacritics, with look-alike
 * characters, inside a longer word that is no English word, and split across lines; its distinctive parts are found too.
 */
export function denyListMarks(text: string, sought: readonly Sought[]): Mark[] {
  if (sought.length === 0) {
    return [];
  }
  const skeleton = skeletonOf(text);
  const shouting = isShouting(text);
  const marks: Mark[] = [];
  for (const entry of sought) {
    let from = skeleton.letters.indexOf(entry.letters);
    while (from >= 0) {
      const to = from + entry.letters.length;
      const start = skeleton.at[from] ?? 0;
      const end = (skeleton.at[to - 1] ?? 0) + 1;
      const severity = weigh(text, start, end, entry, shouting);
      if (severity) {
        marks.push({
          start,
          end: possessiveEnd(text, end),
          kind: 'deny-list',
          severity,
          confidence: 1,
          why: 'This is on the list of names, addresses and schools for this case.',
          suggestion: null,
          entityKey: entry.entityKey,
        });
      }
      from = skeleton.letters.indexOf(entry.letters, from + 1);
    }
  }
  return marks;
}

function weigh(text: string, start: number, end: number, entry: Sought, shouting: boolean): Severity | undefined {
  const found = text.slice(start, end);
  const startsWord = isBoundary(text, start);
  const endsWord = isBoundary(text, end) || /^(?:s|es|z|ie|y)(?![\p{L}])/iu.test(text.slice(end, end + 3));
  const isWord = startsWord && endsWord;
  const whole = isWord ? found : wordAround(text, start, end);
  if (!isWord) {
    // Inside a longer word: "xkayleighx" is a name, "disgraceful" is not.
    const longEnough = entry.letters.length >= (startsWord || endsWord ? 4 : 5);
    if (!longEnough || whole.split(/[^\p{L}]+/u).every((word) => word === '' || isOrdinaryWord(word))) {
      return undefined;
    }
    return entry.part ? 'block-unless-reason' : 'block';
  }
  const isPlainWord = found === found.toLowerCase() && isOrdinaryWord(found) && !shouting;
  if (entry.part) {
    if (/\s/.test(found) && !/[\s-]/.test(entry.letters) && found.split(/\s+/).every((word) => isOrdinaryWord(word))) {
      return found.split(/\s+/).length > 1 && entry.kind !== 'person' ? 'block' : undefined;
    }
    return isPlainWord ? undefined : 'block';
  }
  // The listed word itself in lower case, where English has it too ("will", "hope"): the second signer decides.
  return isPlainWord ? 'block-unless-reason' : 'block';
}

function wordAround(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from > 0 && start - from < 40 && /\p{L}/u.test(text.charAt(from - 1))) {
    from--;
  }
  while (to < text.length && to - end < 40 && /\p{L}/u.test(text.charAt(to))) {
    to++;
  }
  return text.slice(from, to);
}

function isBoundary(text: string, index: number): boolean {
  const before = text.charAt(index - 1);
  const after = text.charAt(index);
  const letterBefore = /\p{L}/u.test(before);
  const letterAfter = /\p{L}/u.test(after);
  if (letterBefore && letterAfter) {
    return /\p{Ll}/u.test(before) && /\p{Lu}/u.test(after);
  }
  return !(/\p{N}/u.test(before) && /\p{N}/u.test(after));
}

function possessiveEnd(text: string, end: number): number {
  return end + (/^'?s(?!\p{L})/iu.exec(text.slice(end, end + 3))?.[0].length ?? 0);
}

function isShouting(text: string): boolean {
  // In a long text without a capital, a name is written without one too.
  return !/\p{Ll}/u.test(text) || (text.length > 200 && !/\p{Lu}/u.test(text));
}

const alike: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  i: 'l',
  '@': 'a',
  $: 's',
  '|': 'l',
  '!': 'l',
};

function skeletonOf(text: string): Skeleton {
  const letters: string[] = [];
  const at: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const isSymbol = character === '@' || character === '$' || character === '|' || character === '!';
    if (isSymbol && !(/\p{L}/u.test(text.charAt(i - 1)) && /\p{L}/u.test(text.charAt(i + 1)))) {
      continue;
    }
    for (const folded of fold(character)) {
      if (isSymbol || /[\p{L}\p{N}]/u.test(folded)) {
        letters.push(alike[folded] ?? folded);
        for (let unit = 0; unit < (alike[folded] ?? folded).length; unit++) {
          at.push(i);
        }
      }
    }
  }
  return { letters: letters.join(''), at };
}
