import { isOrdinaryWord } from './english-words.ts';
import {
  countryPhrases,
  isGivenName,
  isInstitutionWord,
  isSurname,
  peoplePhrases,
  practicePhrases,
  ukPlacePhrases,
  worldPlacePhrases,
} from './lexicon.ts';
import type { Reading, Word } from './words.ts';

/** What explains a capitalised word without a person. `name` and `unknown` explain nothing. */
export type Explanation =
  | 'practice'
  | 'institution'
  | 'calendar'
  | 'place'
  | 'country'
  | 'people'
  | 'ordinary'
  | 'number'
  | 'name'
  | 'unknown';

const months = new Set(
  'january february march april may june july august september october november december'.split(' '),
);
const days = new Set(
  'monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays'.split(
    ' ',
  ),
);

/** One pass over the text that says of each word what it could be, longest phrases first. */
export function explainWords(reading: Reading): Explanation[] {
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
