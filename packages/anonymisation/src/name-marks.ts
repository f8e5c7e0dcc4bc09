import { capitalRuns, type Run, titlesOfPeople } from './capital-runs.ts';
import { isOrdinaryWord } from './english-words.ts';
import type { Explanation } from './explanation.ts';
import type { GuardProfile, Mark } from './finding.ts';
import { institutionMarks } from './institution-marks.ts';
import {
  countryPhrases,
  isClosedClass,
  isGivenName,
  isInstitutionWord,
  isSurname,
  peoplePhrases,
  practicePhrases,
  ukPlacePhrases,
  worldPlacePhrases,
} from './lexicon.ts';
import { cueBefore, isActing, isDoingSomething, isKinWord, isTitle } from './person-cues.ts';
import type { Reading, Word } from './words.ts';

const months = new Set(
  'january february march april may june july august september october november december'.split(' '),
);
const days = new Set(
  'monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays'.split(
    ' ',
  ),
);

/** Layers 2, 3 and 4 for names: people, schools, streets, organisations and capitalised runs that nothing explains. */
export function nameMarks(reading: Reading, profile: GuardProfile): Mark[] {
  const explained = explain(reading);
  const marks: Mark[] = [];
  for (const run of capitalRuns(reading)) {
    marks.push(...marksOfRun(reading, run, explained, profile));
  }
  marks.push(...uncapitalisedNames(reading, explained));
  return marks;
}

/** One pass over the text that says of each word what it could be, longest phrases first. */
function explain(reading: Reading): Explanation[] {
  const { words, folded } = reading;
  const explained: Explanation[] = words.map((word) => explainWord(word));
  const cover = (at: number, length: number, explanation: Explanation) => {
    for (let i = at; i < at + length; i++) {
      explained[i] = explanation;
    }
  };
  for (let i = 0; i < words.length; ) {
    const word = words[i];
    if (!word || !(word.isCapital || word.isCaseless)) {
      i++;
      continue;
    }
    const place = Math.max(ukPlacePhrases.longestAt(folded, i), worldPlacePhrases.longestAt(folded, i));
    const country = countryPhrases.longestAt(folded, i);
    const people = peoplePhrases.longestAt(folded, i) || peopleInPlural(folded, i);
    const practice = practicePhrases.longestAt(folded, i);
    const longest = Math.max(place, country, people, practice);
    if (longest === 0 || (longest === 1 && explained[i] === 'calendar' && !isHomeTown(folded, i))) {
      i++;
      continue;
    }
    if (practice === longest) {
      cover(i, practice, 'practice');
    } else if (country === longest) {
      cover(i, country, 'country');
    } else if (people === longest) {
      cover(i, people, 'people');
    } else {
      cover(i, place, 'place');
    }
    i += longest;
  }
  return explained;
}

/** "lives in March": a month's name that is a town's here. */
function isHomeTown(folded: readonly string[], at: number): boolean {
  if (/^(?:road|street|avenue|lane|close|drive|crescent|terrace|gardens)$/.test(folded[at - 1] ?? '')) {
    return true;
  }
  return /^(?:lives?|lived|living|moved|born|house|home|flat|family|school) (?:in|to|from)$/.test(
    `${folded[at - 2]} ${folded[at - 1]}`,
  );
}

function peopleInPlural(folded: readonly string[], at: number): number {
  const word = folded[at] ?? '';
  return word.endsWith('s') && peoplePhrases.has(word.slice(0, -1)) ? 1 : 0;
}

function explainWord(word: Word): Explanation {
  if (/^\p{N}/u.test(word.text)) {
    return 'number';
  }
  if (months.has(word.folded) || days.has(word.folded)) {
    return 'calendar';
  }
  if (isInstitutionWord(word.folded)) {
    return 'institution';
  }
  const ordinary = isOrdinaryWord(word.text);
  if (isGivenName(word.folded) || isSurname(word.folded)) {
    return ordinary ? 'ordinary' : 'name';
  }
  if (ordinary || word.text.length === 1) {
    return 'ordinary';
  }
  if (word.folded.includes('-') && word.folded.split('-').every((part) => isOrdinaryWord(part) || part.length < 3)) {
    return 'ordinary';
  }
  return 'unknown';
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
  const whole = institutionMarks(reading, { first, last }, explained, profile);
  if (whole) {
    return whole;
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
  if (!word?.isCapital || kind === undefined) {
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
    if (word.startsSentence ? isDoingSomething(reading.words, at) : true) {
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

/** Names where case tells nothing: lower-case and all-capitals lines, and names typed without a capital after a cue. */
function uncapitalisedNames(reading: Reading, explained: readonly Explanation[]): Mark[] {
  const { words } = reading;
  const marks: Mark[] = [];
  words.forEach((word, i) => {
    if (word.isCapital && !word.isCaseless) {
      return;
    }
    const ordinary = isOrdinaryWord(word.folded);
    const push = (confidence: number, why: string) =>
      marks.push({
        start: word.start,
        end: word.end,
        kind: 'person',
        severity: 'block-unless-reason',
        confidence,
        why,
        suggestion: null,
      });
    const cue = cueBefore(words, i);
    const isNameWord = isGivenName(word.folded) || (isSurname(word.folded) && word.isCaseless);
    if (
      isNameWord &&
      !ordinary &&
      !isClosedClass(word.folded) &&
      !word.text.includes('-') &&
      explained[i] !== 'practice' &&
      word.text.length > 2 &&
      !isKinWord(word.folded)
    ) {
      if (word.isCaseless || word.text.length > 3 || cue !== 'none') {
        push(word.isCaseless ? 0.8 : 0.6, 'This is a name that people have, written without a capital.');
      }
      return;
    }
    if (cue === 'title' && word.text.length > 2 && (isSurname(word.folded) || !ordinary)) {
      push(0.8, 'A title comes before this name.');
      return;
    }
    if (
      (cue === 'kin' || cue === 'naming') &&
      !ordinary &&
      word.text.length > 2 &&
      /^\p{L}+$/u.test(word.text) &&
      explained[i] === 'unknown' &&
      word.gap === ' '
    ) {
      push(0.7, 'This is no English word, and it stands where a name would.');
      return;
    }
    // "lee hargreaves": the first is an English word, the second can only be a surname.
    const next = words[i + 1];
    if (
      word.isCaseless &&
      isGivenName(word.folded) &&
      !isClosedClass(word.folded) &&
      next?.gap === ' ' &&
      isSurname(next.folded) &&
      !isOrdinaryWord(next.folded)
    ) {
      push(0.7, 'This is an ordinary word, and here it may be a name.');
      return;
    }
    // The surname after a name: "kayleigh o'brien", "zofia nowak".
    const previous = marks.at(-1);
    if (
      previous &&
      previous.end === word.start - 1 &&
      word.gap === ' ' &&
      (isSurname(word.folded) || explained[i] === 'unknown') &&
      word.text.length > 2 &&
      !(ordinary && !isSurname(word.folded))
    ) {
      push(0.7, 'This follows a given name as a surname does.');
    }
  });
  return marks;
}
