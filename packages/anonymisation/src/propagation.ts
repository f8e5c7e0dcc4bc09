import { shortNames } from './data/short-names.ts';
import { isOrdinaryWord } from './english-words.ts';
import type { Mark, Severity } from './finding.ts';
import { isClosedClass, isGivenName, isInstitutionWord, practicePhrases } from './lexicon.ts';
import { cueBefore, isActing, isDoingSomething, isTitle } from './person-cues.ts';
import { type Reading, type Word, wordsWithin } from './words.ts';

const shortForms = new Map<string, string[]>();
for (const entry of shortNames.trim().split('|')) {
  const [full = '', shorts = ''] = entry.split(': ');
  shortForms.set(full, [...(shortForms.get(full) ?? []), ...shorts.split(' ')]);
}

type KnownName = { readonly entityKey: string; readonly severity: Severity; readonly isGiven: boolean };

/** The names that one check has found so far, with every other form that a later sentence may use. */
export type KnownNames = {
  readonly names: ReadonlyMap<string, KnownName>;
  readonly initials: ReadonlyMap<string, string>;
  readonly long: readonly string[];
};

export type MarkedReading = { readonly reading: Reading; readonly marks: readonly Mark[] };

/** Gathers names over all fields of a check: full names, their parts, short forms and initials. */
export function gatherNames(fields: readonly MarkedReading[]): KnownNames {
  const names = new Map<string, KnownName>();
  const initials = new Map<string, string>();
  for (const { reading, marks } of fields) {
    for (const mark of marks) {
      if (mark.kind !== 'person' || mark.severity === 'warn') {
        continue;
      }
      const parts = wordsWithin(reading, mark).filter((word) => !isTitle(word));
      const own = parts.filter((word) => word.text.length > 1 && !isClosedClass(word.folded));
      const known = own.map((word) => names.get(word.folded)).find((name) => name !== undefined);
      const entityKey = known?.entityKey ?? `person:${own[0]?.folded ?? mark.start}`;
      own.forEach((word, i) => {
        const isGiven = own.length === 1 || (isGivenName(word.folded) && i < own.length - 1);
        remember(names, word.folded, { entityKey, severity: mark.severity, isGiven });
        if (isGiven) {
          for (const short of shortForms.get(word.folded) ?? []) {
            remember(names, short, { entityKey, severity: mark.severity, isGiven: true });
          }
        }
      });
      if (own.length > 1) {
        initials.set(parts.map((word) => word.text.charAt(0).toUpperCase()).join(''), entityKey);
      }
      const first = own[0];
      if (first && (isGivenName(first.folded) || own.length > 1)) {
        initials.set(first.text.charAt(0).toUpperCase(), entityKey);
      }
    }
  }
  return { names, initials, long: [...names.keys()].filter((name) => name.length >= 6) };
}

function remember(names: Map<string, KnownName>, folded: string, known: KnownName): void {
  if (folded.length > 1 && !isClosedClass(folded) && !names.has(folded)) {
    names.set(folded, known);
  }
}

/**
 * Layer 5: once a name is found anywhere in the draft, every other mention is, whatever its case: the name, its parts, short
 * forms, a slip of one letter, initials.
 */
export function propagatedMarks(reading: Reading, known: KnownNames): Mark[] {
  if (known.names.size === 0) {
    return [];
  }
  const { words, text } = reading;
  const marks: Mark[] = [];
  words.forEach((word, i) => {
    const found = lookUp(word, words, i, known);
    if (found) {
      // A professional's surname may be a child's too: "by Dr Crowther" stays what its own title says.
      const isProfessional = cueBefore(words, i) === 'professional';
      if (!isProfessional) {
        marks.push(repeat(word, found.entityKey, found.severity));
      }
      return;
    }
    const entityKey = initialsAt(word, words, i, text, known);
    if (entityKey !== undefined) {
      marks.push({
        ...repeat(word, entityKey, 'block-unless-reason'),
        kind: 'initials',
        why: 'These are the initials of someone named in this draft.',
      });
    }
  });
  return marks;
}

/** Gives every mark of a person the entity that its name belongs to, so that all mentions are one thing to the author. */
export function withEntities(reading: Reading, marks: readonly Mark[], known: KnownNames): Mark[] {
  return marks.map((mark) => {
    if (mark.kind !== 'person' || mark.entityKey !== undefined) {
      return mark;
    }
    const own = wordsWithin(reading, mark);
    const name = own.map((word) => known.names.get(word.folded)).find((found) => found !== undefined);
    return name === undefined ? mark : { ...mark, entityKey: name.entityKey };
  });
}

function repeat(word: Word, entityKey: string, severity: Severity): Mark {
  return {
    start: word.start,
    end: word.end,
    kind: 'person',
    severity,
    confidence: 0.85,
    why: 'This name, or a form of it, stands elsewhere in this draft.',
    suggestion: null,
    entityKey,
  };
}

function lookUp(word: Word, words: readonly Word[], at: number, known: KnownNames): KnownName | undefined {
  const found = known.names.get(word.folded) ?? partOf(word.folded, known);
  if (found) {
    if (isMonth(word.folded) && !isActing(words, at)) {
      return undefined;
    }
    const ordinary = isOrdinaryWord(word.text) || isInstitutionWord(word.folded) || practicePhrases.has(word.folded);
    if (!ordinary) {
      return found;
    }
    // "Will", "Grace", "Green": with a capital and away from the start of a sentence it is the person again.
    const capital = word.isCapital && !word.isCaseless && !word.isUpper;
    return capital && (!word.startsSentence || isDoingSomething(words, at)) && found.isGiven ? found : undefined;
  }
  if (word.text.length < 5 || !word.isCapital || word.isCaseless || isOrdinaryWord(word.text)) {
    return undefined;
  }
  // Cut short ("Kayl" is no word) or one letter wrong ("Kayliegh").
  const near = known.long.find(
    (name) => isOneSlipApart(name, word.folded) || (word.folded.length >= 4 && name.startsWith(word.folded)),
  );
  return near === undefined ? undefined : known.names.get(near);
}

function isMonth(folded: string): boolean {
  return /^(?:april|may|june|august|january)$/.test(folded);
}

function partOf(folded: string, known: KnownNames): KnownName | undefined {
  if (!folded.includes('-')) {
    return undefined;
  }
  return folded
    .split('-')
    .map((part) => (part.length > 3 ? known.names.get(part) : undefined))
    .find((name) => name !== undefined);
}

/** Whether two words differ by one letter added, lost, changed, or two neighbours exchanged. */
export function isOneSlipApart(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1 || a.charAt(0) !== b.charAt(0)) {
    return false;
  }
  let i = 0;
  while (i < a.length && a.charAt(i) === b.charAt(i)) {
    i++;
  }
  return (
    a.slice(i + 1) === b.slice(i + 1) ||
    a.slice(i + 1) === b.slice(i) ||
    a.slice(i) === b.slice(i + 1) ||
    (a.charAt(i) === b.charAt(i + 1) && a.charAt(i + 1) === b.charAt(i) && a.slice(i + 2) === b.slice(i + 2))
  );
}

const notInitials = new Set(
  'section part appendix annex block class group grade year tier level option schedule child person adult form band type category unit room question plan vitamin hepatitis figure table article rule paragraph'.split(
    ' ',
  ),
);

function initialsAt(
  word: Word,
  words: readonly Word[],
  at: number,
  text: string,
  known: KnownNames,
): string | undefined {
  if (!word.isCapital || word.isCaseless || word.text.length > 3 || word.text !== word.text.toUpperCase()) {
    return undefined;
  }
  const before = words[at - 1];
  if (before && notInitials.has(before.folded)) {
    return undefined;
  }
  if (/^[\d\p{L}]|^\.\p{L}|^ ?\d/u.test(text.slice(word.end, word.end + 2)) || text.charAt(word.start - 1) === '.') {
    return undefined;
  }
  if (word.text.length > 1) {
    return practicePhrases.has(word.folded) || isOrdinaryWord(word.text) ? undefined : known.initials.get(word.text);
  }
  if (word.text === 'I' || (word.text === 'A' && text.charAt(word.end) !== '.')) {
    return undefined;
  }
  const stands = text.charAt(word.end) === '.' || isDoingSomething(words, at) || text.startsWith("'s", word.end);
  return stands ? known.initials.get(word.text) : undefined;
}
