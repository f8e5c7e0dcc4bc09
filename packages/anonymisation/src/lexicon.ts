import { authorities } from '@practice-exchange/vocabulary';
import { givenNamesByOrigin } from './data/given-names.ts';
import { institutionWords, practiceTerms } from './data/institutions.ts';
import { countries, peoples, ukPlaces, worldPlaces } from './data/places.ts';
import { surnamesByOrigin } from './data/surnames.ts';
import { isOrdinaryWord } from './english-words.ts';
import { fold } from './normalise.ts';
import { indexPhrases } from './phrase-index.ts';

const setOf = (blocks: Readonly<Record<string, string>>) =>
  new Set(Object.values(blocks).flatMap((block) => block.split(/\s+/).filter((name) => name !== '')));

const given = setOf(givenNamesByOrigin);
const surnames = setOf(surnamesByOrigin);
const institutions = new Set(institutionWords.split(/\s+/));

const authorityNames = authorities
  .flatMap((authority) => [authority.name, ...authority.name.split(/, | and /)])
  .map((name) => fold(name).replace(/['’]/g, "'").replace(/\s+/g, '_'));

export const practicePhrases = indexPhrases(practiceTerms);
export const ukPlacePhrases = indexPhrases(ukPlaces, authorityNames.join(' '));
export const countryPhrases = indexPhrases(countries);
export const worldPlacePhrases = indexPhrases(worldPlaces);

const groupOfPeople = new Map<string, string>();
for (const [group, names] of Object.entries(peoples)) {
  for (const name of names.split(/\s+/)) {
    groupOfPeople.set(name.replace(/_/g, ' '), group);
  }
}
export const peoplePhrases = indexPhrases(...Object.values(peoples));

/** The broad group of a people or nationality, given folded in the singular or plural. */
export function broadGroupOf(people: string): string | undefined {
  return groupOfPeople.get(people) ?? groupOfPeople.get(people.replace(/s$/, ''));
}

// Words without which no sentence stands. Some are names too; alone they never count as one.
const closedClass = new Set(
  `a an the this that these those i me my mine we us our ours you your yours he him his she her hers it its they them their theirs who whom whose which what when where why how and or but nor so yet if because although though while whereas unless whether as than of to in on at by for from with without within into onto over under up down out off about above across after against along among around before behind below beneath beside between beyond during except inside near outside past per since through throughout till toward towards until via versus is am are was were be been being do does did done doing have has had having can could may might must shall should will would not no yes all any both each every few many more most much other others some such only own same too very also again already always ever never often sometimes then there here now just still even quite rather almost perhaps however therefore moreover furthermore nevertheless one two three four five six seven eight nine ten first second third last next another either neither none nothing something anything everything someone anyone everyone nobody like let get got go goes went come came see saw say said make made take took give gave man men woman women child children son lee-way alia ad pro per se non vis via versus etc ie eg re cf ibid de la le les du des et un une der die das und van von`.split(
    /\s+/,
  ),
);

/** Whether a folded word belongs to the small words of the language: articles, pronouns, prepositions, auxiliaries. */
export function isClosedClass(folded: string): boolean {
  return closedClass.has(folded);
}

/** Whether a folded word is a given name; double-barrelled names count by their parts. */
export function isGivenName(folded: string): boolean {
  return (
    given.has(folded) ||
    (folded.includes('-') &&
      folded.split('-').some((part) => part.length > 2 && given.has(part) && !closedClass.has(part)))
  );
}

const surnameShape =
  /^(?:mac|mc)[a-z]{3,}$|^o'[a-z]{3,}$|^fitz[a-z]{3,}$|^[a-z]{3,}(?:ski|ska|sky|wicz|czyk|czak|enko|chuk|yshyn|escu|eanu|oglu|poulos|poulou|akis|idis|ides|iadis|iades|yan|shvili|adze|ovic|evic|ovich|evich|ova|eva|ovna|evna|auskas|iene|aite|zadeh|pour|nezhad|wala|wardena|singhe|asekera|ewicz|owski|owska|inski|inska|nejad|dottir|quist|strom|berg|stein|feld|baum|thwaite|bottom|worth|shaw|ington)$/;

/** Whether a folded word is a surname, by list or by an ending that only surnames have. */
export function isSurname(folded: string): boolean {
  return (
    surnames.has(folded) ||
    (surnameShape.test(folded) && !isOrdinaryWord(folded)) ||
    (folded.includes('-') &&
      folded.split('-').some((part) => part.length > 3 && surnames.has(part) && !isOrdinaryWord(part)))
  );
}

/** Whether a folded word is part of a public body's name, and nobody's in particular. */
export function isInstitutionWord(folded: string): boolean {
  return institutions.has(folded);
}
