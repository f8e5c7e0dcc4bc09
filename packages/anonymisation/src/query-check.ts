import { authorities, learningFields, termConcepts } from '@practice-exchange/vocabulary';
import { titlesOfPeople } from './capital-runs.ts';
import { checkAnonymity } from './check-anonymity.ts';
import { publicNames } from './data/public-names.ts';
import { isOrdinaryWord } from './english-words.ts';
import { explainWords } from './explanation.ts';
import type { Finding, FindingKind } from './finding.ts';
import { isClosedClass, isGivenName, isSurname, ukPlacePhrases } from './lexicon.ts';
import { normalise } from './normalise.ts';
import { indexPhrases } from './phrase-index.ts';
import { readWords, type Word } from './words.ts';

/**
 * Something in a search that would identify somebody. `name`: it looks like the name of a person, a school or a street, and the person who
 * typed it may know better. `identifier`: a number, an address or a date that is what it looks like. Offsets are UTF-16 code units.
 */
export type QueryFinding = {
  readonly start: number;
  readonly end: number;
  readonly is: 'name' | 'identifier';
  /** A sentence for the person who searches. It never repeats the words. */
  readonly why: string;
  /** For a name of one word, a word of the vocabulary that is one slip of the finger away: "channel" for "chanel". */
  readonly meant?: string;
};

const nameKinds: ReadonlySet<FindingKind> = new Set([
  'person',
  'professional',
  'initials',
  'school',
  'organisation',
  'unexplained-name',
  'place',
]);

const looksLikeName = 'This looks like the name of a person.';
/** The guard speaks to the author of a record; who searches is told more simply. */
const whyName: Partial<Record<FindingKind, string>> = {
  person: looksLikeName,
  professional: looksLikeName,
  'unexplained-name': 'This may be the name of a person or of a place.',
};

/**
 * What a search must not hold when it leaves the authority: the guard's certain findings, and names as they are typed into a search box, without
 * capitals or sentences. What the vocabulary, the authorities and public record name passes.
 */
export function checkQuery(words: string): QueryFinding[] {
  const reading = readWords(words);
  const spoken = spokenWords(reading.words);
  const isSpoken = (start: number, end: number) => {
    const within = reading.words.filter((word) => word.start < end && word.end > start);
    return within.length > 0 && within.every((word) => spoken.has(word));
  };
  const { findings } = checkAnonymity({ fields: [{ path: 'words', text: words }] });
  const found = findings
    .filter((finding) => finding.severity !== 'warn' && !isMistyped(finding) && !isContraction(finding.text))
    .map(
      ({ start, end, kind, text, why }): QueryFinding => ({
        start,
        end,
        // A street without a number may as well be a town: "Hazel Grove".
        is: nameKinds.has(kind) || (kind === 'street-address' && !/\d/.test(text)) ? 'name' : 'identifier',
        why: whyName[kind] ?? why,
      }),
    )
    .filter(({ is, start, end }) => is === 'identifier' || !isSpoken(start, end));
  // Typed without capitals, a name is known by its neighbours.
  const explained = explainWords(reading);
  reading.words.forEach((word, i) => {
    const next = reading.words[i + 1];
    const end = nameEndingAt(word, next, reading.words, i);
    const isElse = ['country', 'people', 'practice'].includes(explained[i] ?? '');
    if (end !== undefined && !isElse && !isSpoken(word.start, end)) {
      found.push({ start: word.start, end, is: 'name', why: looksLikeName });
    }
  });
  return settled(found).map((finding) => {
    const meant = finding.is === 'name' ? vocabularyWordNear(words.slice(finding.start, finding.end)) : undefined;
    return meant === undefined ? finding : { ...finding, meant };
  });
}

/** Where a name that begins with a word ends, if one does: "john smith", "jack refuses", "the patel family", or nothing but "lily". */
function nameEndingAt(word: Word, next: Word | undefined, words: readonly Word[], at: number): number | undefined {
  const { folded } = word;
  const listed = isGivenName(folded) && word.text.length > 1;
  const given = listed && !isClosedClass(folded) && !meansItself.has(folded);
  const surname = isSurname(folded) && (!isOrdinaryWord(folded) || trades.has(folded));
  if ((given || surname) && words.length === 1 && word.text.length > 2) return word.end;
  if (next?.gap === ' ') {
    const follows = isSurname(next.folded) && !isClosedClass(next.folded);
    if (given && follows && !everydaySurnames.has(next.folded)) return next.end;
    if (listed && follows && (!isOrdinaryWord(next.folded) || trades.has(next.folded))) return next.end;
    if (surname && households.has(next.folded)) return word.end;
  }
  const opens = at === 0 || openers.has(words[at - 1]?.folded ?? '');
  return given && opens && next !== undefined && isVerbOfPeople(next) ? word.end : undefined;
}

const listOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Given names that mean themselves in this work, or in any sentence. */
const meansItself = listOf(
  `faith hope christian dean art chase chance max guy angel sandy heath summer autumn dawn sky star precious blessing prince duke king page
  gay bill mark will may drew sue pat dale grant miles trinity destiny mercy justice prudence constance patience temperance victor des`,
);

/** Surnames that are everyday words after a given name that is one as well: "mark young people down". */
const everydaySurnames = listOf(
  `young white black brown green long short best close good new old low high day may power price church house home field wood park lane hill
  street worth strong sharp swift wise noble moody gay rich poor love hope faith grace pain paine savage child boy man mann men women people person
  teacher school work works case cases news law laws wall walls court cross self ally`,
);

/** Surnames that are ordinary words and yet name people oftener than anything that a practitioner writes of. */
const trades = listOf('smith taylor clark clarke wright walker');

const households = listOf('family household siblings brothers sisters children kids parents');

const openers = listOf(
  'and but so when if because that does did is has why how can will about mum dad says said told thinks',
);

function isVerbOfPeople({ folded, gap }: Word): boolean {
  return (
    gap === ' ' &&
    /^(?:won't|wont|wouldn't|wouldnt|isn't|isnt|hasn't|hasnt|doesn't|doesnt|didn't|didnt|can't|cant|refuses|refused|says|said|told|tells|thinks|wants|keeps|lives|went|goes|got|hates|likes|has|had|was|is)$/.test(
      folded,
    )
  );
}

/** A word without a capital that is on no list of names, and that is an English word with a slip of the finger or an English ending. */
function isMistyped({ text, kind }: Finding): boolean {
  if (kind !== 'person' || !/^\p{Ll}+$/u.test(text) || isGivenName(text) || isSurname(text)) return false;
  return /(?:ing|ed|ly|ness|tion|ment|able|ful|ism|ists?|ised|ized)$/.test(text) || isNearEnglish(text);
}

function isContraction(text: string): boolean {
  return /^i['’](?:d|m|ll|ve)$/i.test(text);
}

function isNearEnglish(word: string): boolean {
  return oneEditFrom(word).some(isOrdinaryWord);
}

/** Whatever is one letter more, less or other, or two neighbours swapped. */
function* oneEditFrom(word: string): Generator<string> {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (let at = 0; at <= word.length; at += 1) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    if (tail !== '') yield head + tail.slice(1);
    if (tail.length > 1) yield head + tail[1] + tail[0] + tail.slice(2);
    for (const letter of letters) {
      yield head + letter + tail;
      if (tail !== '') yield head + letter + tail.slice(1);
    }
  }
}

/** Shorter words are near too many names. */
const shortestMeant = 5;

function vocabularyWordNear(typed: string): string | undefined {
  const word = typed.toLowerCase();
  if (word.length < shortestMeant || !/^[a-z]+$/.test(word)) return undefined;
  return oneEditFrom(word).find((other) => vocabularyWords.has(other));
}

const phrase = (words: string) =>
  readWords(normalise(words).text)
    .words.map(({ folded }) => folded)
    .join('_');

const isAbbreviation = (words: string) => /^[A-Z0-9&]{2,6}$/.test(words);

const vocabularyWordings = [
  ...termConcepts.flatMap(({ preferred, alternatives }) => [preferred, ...alternatives]),
  ...learningFields.flatMap(({ codes }) => codes.map(({ label }) => label)),
];
const vocabularyWords: ReadonlySet<string> = new Set(
  vocabularyWordings.flatMap((wording) => wording.toLowerCase().match(/[a-z]+/g) ?? []),
);
const wordings = [...vocabularyWordings, ...authorities.map(({ name }) => name)];
const spokenPhrases = indexPhrases(
  wordings
    .filter((words) => !isAbbreviation(words))
    .map(phrase)
    .join(' '),
  publicNames,
);
// "ISA" is an agreement and "Isa" a boy: an abbreviation is spoken only in its capitals.
const abbreviations = new Set([...wordings.filter(isAbbreviation), 'IRA', 'iro', 'ngo', 'roth', 'tas']);
/** Towns that have given their names to people, and are towns first. A town of two words is one always. */
const towns = listOf(
  'preston lincoln chester warwick kendal nelson mansfield clifton carlton everton chelsea cleveland fife burton newark hamilton',
);

/** The words that are part of something that anyone may say: a wording of the vocabulary, an authority, a public name. */
function spokenWords(words: readonly Word[]): Set<Word> {
  const spoken = new Set<Word>();
  const folded = words.map((word) => word.folded);
  words.forEach((word, at) => {
    if (abbreviations.has(word.text)) spoken.add(word);
    const town = ukPlacePhrases.longestAt(folded, at);
    const isTown = town > 1 || word.folded.includes('-') || towns.has(word.folded) || !isGivenName(word.folded);
    const isSomebodys =
      titlesOfPeople.has(folded[at - 1] ?? '') || (folded[at - 1] === 'the' && folded[at + 1] === 'family');
    const longest = Math.max(spokenPhrases.longestAt(folded, at), isTown && !isSomebodys ? town : 0);
    for (const each of words.slice(at, at + longest)) spoken.add(each);
  });
  return spoken;
}

/** Findings in order without overlaps: where two meet they are one, an identifier before a name. */
function settled(found: readonly QueryFinding[]): QueryFinding[] {
  const merged: QueryFinding[] = [];
  for (const finding of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) merged.push(finding);
    else {
      const stronger = last.is === 'identifier' ? last : finding;
      merged[merged.length - 1] = { ...stronger, start: last.start, end: Math.max(last.end, finding.end) };
    }
  }
  return merged;
}
