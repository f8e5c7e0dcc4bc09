import { capitalRuns, type Run, titlesOfPeople } from './capital-runs.ts';
import { type Explanation, explainWords } from './explanation.ts';
import type { GuardProfile, Mark } from './finding.ts';
import { institutionMarks } from './institution-marks.ts';
import { isClosedClass, isGivenName, isSurname } from './lexicon.ts';
import { cueBefore, isActing, isDoingSomething, isTitle } from './person-cues.ts';
import { uncapitalisedNames } from './uncapitalised-names.ts';
import type { Reading, Word } from './words.ts';

/** Layers 2, 3 and 4 for names: people, schools, streets, organisations and capitalised runs that nothing explains. */
export function nameMarks(reading: Reading, profile: GuardProfile): Mark[] {
  const explained = explainWords(reading);
  const marks: Mark[] = [];
  for (const run of capitalRuns(reading)) {
    marks.push(...marksOfRun(reading, run, explained, profile));
  }
  marks.push(...uncapitalisedNames(reading, explained));
  return marks;
}

function marksOfRun(reading: Reading, run: Run, explained: readonly Explanation[], profile: GuardProfile): Mark[] {
  const { words } = reading;
  let { first, last } = run;
  // A sentence's first word has its capital from its place, unless it can only be a name.
  while (first <= last && isOnlyPosition(words, first, last, explained)) {
    first++;
  }
  const head = words[first];
  const tail = words[last];
  if (!head || !tail || first > last) {
    return [];
  }
  const span = { start: head.start, end: tail.end };
  const cued =
    /^(?:title|kin|naming)$/.test(cueBefore(words, first)) &&
    explained[first] !== 'country' &&
    explained[first] !== 'people';
  const whole = cued && first === last ? undefined : institutionMarks(reading, { first, last }, explained, profile);
  if (whole) {
    return whole;
  }
  if (isPlaceOfOrdinaryWords(words, { first, last }, explained)) {
    return [
      {
        ...span,
        kind: 'place',
        severity: 'warn',
        confidence: 0.4,
        why: 'Capitals after a word of place may name one.',
        suggestion: 'a place nearby',
      },
    ];
  }
  // Titles open a name inside the run: "Headteacher Mrs Jane Smith".
  let opening = first;
  let titled = false;
  for (let i = first; i < last; i++) {
    const word = words[i];
    if (word && isTitle(word)) {
      opening = i + 1;
      titled = true;
    } else if (
      i === opening &&
      word?.text.length !== 1 &&
      explained[i] !== 'name' &&
      explained[i] !== 'unknown' &&
      !titled &&
      !isGivenName(word?.folded ?? '')
    ) {
      opening = i + 1;
    }
  }
  return personMarks(reading, { first: opening, last }, explained, profile, span);
}

/** "in Page Hall": two or three ordinary words with capitals, after a word of place. */
function isPlaceOfOrdinaryWords(words: readonly Word[], run: Run, explained: readonly Explanation[]): boolean {
  const own = words.slice(run.first, run.last + 1);
  return (
    own.length > 1 &&
    own.length <= 3 &&
    /^(?:in|at|near|outside|from)$/.test(words[run.first - 1]?.folded ?? '') &&
    own.every(
      (word, i) =>
        !word.isUpper &&
        word.text.length > 1 &&
        !isTitle(word) &&
        (explained[run.first + i] === 'ordinary' || explained[run.first + i] === 'place') &&
        !(i === 0 && explained[run.first] === 'ordinary' && isGivenName(word.folded)),
    )
  );
}

function isOnlyPosition(
  words: readonly Word[],
  first: number,
  last: number,
  explained: readonly Explanation[],
): boolean {
  const word = words[first];
  if (word === undefined || titlesOfPeople.has(word.folded)) {
    return false;
  }
  if (explained[first] === 'place' || explained[first] === 'practice') {
    return false;
  }
  if (
    isClosedClass(word.folded) &&
    !word.isUpper &&
    !(isGivenName(word.folded) && explained[first + 1] === 'name' && first < last) &&
    !isAmbiguousName(word.folded)
  ) {
    return word.text.length > 1 || word.text === 'I' || word.text === 'A';
  }
  if (!word.startsSentence || explained[first] !== 'ordinary' || word.text.length === 1) {
    return false;
  }
  const couldBeGiven = isGivenName(word.folded);
  if (first < last) {
    const next = words[first + 1];
    return !(
      couldBeGiven &&
      next !== undefined &&
      (explained[first + 1] === 'name' || explained[first + 1] === 'unknown' || isSurname(next.folded))
    );
  }
  return !(couldBeGiven && isDoingSomething(words, first));
}

const ambiguousNames = new Set(['will', 'may', 'mark', 'son']);

function isAmbiguousName(folded: string): boolean {
  return ambiguousNames.has(folded);
}

function personMarks(
  reading: Reading,
  run: Run,
  explained: readonly Explanation[],
  profile: GuardProfile,
  span: { start: number; end: number },
): Mark[] {
  const { words } = reading;
  const { first, last } = run;
  const head = words[first];
  const tail = words[last];
  if (!head || !tail) {
    return [];
  }
  const own = words.slice(first, last + 1);
  const cue = cueBefore(words, first);
  const kinds = explained.slice(first, last + 1);
  const given = own.some((word) => isGivenName(word.folded));
  const named = kinds.includes('name');
  const unknown = kinds.includes('unknown');
  const person = (
    severity: Mark['severity'],
    confidence: number,
    kind: Mark['kind'],
    why: string,
    suggestion: string | null = null,
  ): Mark[] => [{ start: head.start, end: tail.end, kind, severity, confidence, why, suggestion }];
  if (
    cue === 'professional' &&
    !kinds.every((kind) => kind === 'practice' || kind === 'institution' || kind === 'calendar')
  ) {
    const onlySurname = own.length === 1 || own.slice(0, -1).every((word) => word.text.length === 1);
    if (named || unknown || (own.length === 1 && (isSurname(head.folded) || profile === 'strict') && head.isCapital)) {
      return onlySurname
        ? person(
            'warn',
            0.8,
            'professional',
            'A professional is named. Their role tells a reader what they need.',
            'a professional',
          )
        : person(
            'block-unless-reason',
            0.85,
            'professional',
            'A professional is named in full. Their role tells a reader what they need.',
            'a professional',
          );
    }
    return [];
  }
  if (cue === 'title') {
    return person('block-unless-reason', 0.97, 'person', 'A title comes before this name.');
  }
  if (
    (cue === 'kin' || cue === 'naming') &&
    (named || unknown || given || isSurname(head.folded)) &&
    !kinds.every((kind) => kind === 'practice')
  ) {
    return person(
      'block-unless-reason',
      0.95,
      'person',
      'This is given as the name of someone in the family or a friend.',
    );
  }
  if (own.length === 1) {
    return singleWord(reading, first, explained, profile);
  }
  if (
    kinds.every(
      (kind) =>
        kind === 'country' ||
        kind === 'place' ||
        kind === 'people' ||
        kind === 'practice' ||
        kind === 'institution' ||
        kind === 'calendar' ||
        kind === 'number',
    )
  ) {
    return own.flatMap((_, i) => singleWord(reading, first + i, explained, profile));
  }
  if (named || (given && own.length > 1 && (isSurname(tail.folded) || given))) {
    const splitAt = kinds.findIndex((kind, i) => i > 0 && (kind === 'practice' || kind === 'people'));
    if (splitAt < 0) {
      return person('block-unless-reason', 0.92, 'person', 'This looks like the name of a person.');
    }
    return own.flatMap((_, i) => singleWord(reading, first + i, explained, profile));
  }
  if (unknown) {
    return [
      {
        ...span,
        start: head.start,
        kind: 'unexplained-name',
        severity: 'block-unless-reason',
        confidence: 0.6,
        why: 'These capitals are not explained by anything that a learning record speaks of. They may name someone or somewhere.',
        suggestion: null,
      },
    ];
  }
  return own.flatMap((_, i) => singleWord(reading, first + i, explained, profile));
}

function singleWord(reading: Reading, at: number, explained: readonly Explanation[], profile: GuardProfile): Mark[] {
  const { words } = reading;
  const word = words[at];
  const kind = explained[at];
  if (!word?.isCapital || kind === undefined || titlesOfPeople.has(word.folded)) {
    return [];
  }
  const mark = (found: Mark['kind'], severity: Mark['severity'], confidence: number, why: string): Mark[] => [
    { start: word.start, end: word.end, kind: found, severity, confidence, why, suggestion: null },
  ];
  if (kind === 'name') {
    if (word.isUpper && word.text.length < 4 && !isGivenName(word.folded)) {
      return mark(
        'unexplained-name',
        'warn',
        0.4,
        'These capitals may be the initials of a person or the short name of a body.',
      );
    }
    return mark('person', 'block-unless-reason', 0.9, 'This is a name that people have.');
  }
  if (kind === 'unknown') {
    if (word.isUpper) {
      return (word.text.length <= 6 || profile === 'strict') && !isShortNameOfABody(word)
        ? mark(
            'unexplained-name',
            'warn',
            0.4,
            'These capitals may be the initials of a person or the short name of a body.',
          )
        : [];
    }
    if (word.startsSentence && !isDoingSomething(words, at)) {
      return /^ ?\d/.test(reading.text.slice(word.end, word.end + 2))
        ? []
        : mark('unexplained-name', 'warn', 0.4, 'This is no English word. It may name someone or somewhere.');
    }
    return mark(
      'unexplained-name',
      'block-unless-reason',
      0.6,
      'This capital is not explained by anything that a learning record speaks of. It may name someone or somewhere.',
    );
  }
  if (kind === 'ordinary' && isGivenName(word.folded) && word.text.length > 2 && !word.isUpper) {
    if (!word.startsSentence || isDoingSomething(words, at) || speaks(reading, word)) {
      return mark('person', 'block-unless-reason', 0.6, 'This is an ordinary word, and here it may be a name.');
    }
    return [];
  }
  if (
    kind === 'ordinary' &&
    !word.startsSentence &&
    word.text.length > 2 &&
    isSurname(word.folded) &&
    profile === 'practice' &&
    isDoingSomething(words, at)
  ) {
    return mark('person', 'block-unless-reason', 0.5, 'This is an ordinary word, and here it may be a name.');
  }
  if (
    kind === 'ordinary' &&
    profile === 'strict' &&
    word.isUpper &&
    word.text.length > 2 &&
    !isShortNameOfABody(word)
  ) {
    return mark('unexplained-name', 'warn', 0.3, 'These capitals may be the short name of a body.');
  }
  if (kind === 'calendar' && isGivenName(word.folded) && isCalendarWordUsedAsName(words, at)) {
    return mark('person', 'block-unless-reason', 0.7, 'This is a month, and here it may be a name.');
  }
  return [];
}

/** "Grace: he would not say": the speaker in a note of who said what. */
function speaks({ text }: Reading, word: Word): boolean {
  return /^: ?\p{Lu}/u.test(text.slice(word.end, word.end + 3));
}

const currencies = new Set(
  'eur gbp usd dem frf try trl pln huf czk skk ats chf itl uah rub rur bgn bgl ron rol sek nok dkk fim grd hrk sit cyp mtl eek ltl lvl ytl'.split(
    ' ',
  ),
);

function isShortNameOfABody(word: Word): boolean {
  return /\d/.test(word.text) || currencies.has(word.folded);
}

const timeWords = new Set(
  'in since by until till from during of before after late early mid last next this every each to and or between through for end start beginning'.split(
    ' ',
  ),
);

function isCalendarWordUsedAsName(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const after = words[at + 1];
  if (after && after.gap.length <= 2 && /^\d/.test(after.text)) {
    return false;
  }
  if (before && /^\d/.test(before.text)) {
    return false;
  }
  const word = words[at];
  if (before && !word?.startsSentence && timeWords.has(before.folded) && !isActing(words, at)) {
    return false;
  }
  const cue = cueBefore(words, at);
  return (
    cue === 'kin' ||
    cue === 'naming' ||
    (isActing(words, at) && !(before && timeWords.has(before.folded) && before.folded !== 'and'))
  );
}
