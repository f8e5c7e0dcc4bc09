import { titlesOfPeople } from './capital-runs.ts';
import type { Word } from './words.ts';

const kin = new Set(
  'mother father mum mummy dad daddy mam ma brother brothers sister sisters half-brother half-sister step-brother stepbrother stepsister stepfather stepmother step-father step-mother stepdad stepmum son sons daughter daughters child children baby twin twins sibling siblings uncle auntie aunty aunt cousin cousins nephew niece grandmother grandfather grandma grandad granddad nan nana gran husband wife partner ex-partner ex boyfriend girlfriend fiance fiancee spouse carer carers foster parent parents guardian friend friends mate neighbour neighbours godmother godfather grandparents grandson granddaughter in-law boy girl lad teenager youth pupil student classmate'.split(
    ' ',
  ),
);
const naming = new Set('named called name known nicknamed aka alias surname forename renamed'.split(' '));
const professionalTitles = new Set(
  'dr doctor consultant registrar professor prof pc dc ds di dci wpc pcso sgt sergeant inspector detective constable superintendent nurse matron midwife judge justice hhj recorder magistrate councillor cllr rev reverend canon vicar imam rabbi pastor bishop archbishop chaplain sheikh headteacher headmaster headmistress head principal teacher tutor lecturer solicitor barrister coroner officer paediatrician psychologist psychiatrist therapist counsellor worker visitor manager coordinator co-ordinator mentor lead chair advocate captain colonel major general lieutenant corporal minister president senator governor director agent physician surgeon pharmacist dentist gp'.split(
    ' ',
  ),
);
const speech = new Set(
  'said says told tells asked asks stated states reported reports disclosed alleged admitted denied explained described claimed replied answered added felt feels thinks thought believes believed wants wanted likes liked loves loved hates hated went goes came comes attended attends lives lived moved disclosed presented presents refused agreed became becomes has had was is were will would does did who whose began started stopped turned struggles struggled can cannot could engaged returned ran missed met visited called rang texted showed shared talked spoke spends spent plays played'.split(
    ' ',
  ),
);

/** What the words around a name say about it. */
export type PersonCue = 'title' | 'professional' | 'kin' | 'naming' | 'none';

/** Reads the words before index `first` for a title, a professional role, a kin word or a word of naming. */
export function cueBefore(words: readonly Word[], first: number): PersonCue {
  const before = words[first - 1];
  const own = words[first];
  if (!before || !own || !/^(?:\.? |, |: ?|,? ?["'(]| ?- ?)$/.test(own.gap)) {
    return 'none';
  }
  if (titlesOfPeople.has(before.folded)) {
    return 'title';
  }
  if (kin.has(before.folded)) {
    return own.gap.startsWith('.') ? 'none' : 'kin';
  }
  if (professionalTitles.has(before.folded) && !/[,:]/.test(own.gap)) {
    const earlier = words[first - 2];
    return earlier && kin.has(earlier.folded) && /^[ ,]+$/.test(before.gap) ? 'kin' : 'professional';
  }
  const isSaid = before.folded === 'is' || before.folded === 'was';
  if (isSaid) {
    return /^(?:name|surname|forename|nickname|alias)$/.test(words[first - 2]?.folded ?? '') ? 'naming' : 'none';
  }
  return naming.has(before.folded) ? 'naming' : 'none';
}

/** Whether `word` is a title of any sort before a name. */
export function isTitle(word: Word): boolean {
  return titlesOfPeople.has(word.folded) || professionalTitles.has(word.folded);
}

export function isKinWord(folded: string): boolean {
  return kin.has(folded);
}

const auxiliaries = new Set('has had was is were will would does did can could'.split(' '));

/** As `isDoingSomething`, leaving out the verbs that a month or a plan takes as well: "August was hot". */
export function isActing(words: readonly Word[], last: number): boolean {
  return isDoingSomething(words, last) && !auxiliaries.has(words[last + 1]?.folded ?? '');
}

/** Whether the word after index `last` is what a person does: so that "Hope said" is a person and "Hope for change" is not. */
export function isDoingSomething(words: readonly Word[], last: number): boolean {
  const after = words[last + 1];
  return after !== undefined && ((after.gap === ' ' && speech.has(after.folded)) || after.gap === "'s ");
}
