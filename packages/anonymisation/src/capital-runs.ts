import { isInstitutionWord } from './lexicon.ts';
import type { Reading, Word } from './words.ts';

/** Words from `first` to `last`, both included, that are written as one name. */
export type Run = { readonly first: number; readonly last: number };

const nameParticles = new Set(
  'de da do dos das di du del della delle la le van der den ter ten von zu zur bin bint ibn al el ul ap ab af y e ben ould'.split(
    ' ',
  ),
);
// "St Augustine's RC School": what may follow the possessive of a patron.
const afterPatron = new Set(
  'rc catholic ce cofe church primary school high academy college hospital hospice junior infant nursery cathedral parish'.split(
    ' ',
  ),
);
const joining = new Set(['of', 'and', 'for', 'the', 'on', 'in', 'at', 'de', 'la', 'du', 'des']);
export const titlesOfPeople = new Set(
  'mr mrs ms miss mx messrs sir lady lord dame master mr. madam madame mme monsieur herr frau sr sra señor'.split(' '),
);

const longestRun = 24;

/** Layer 4's raw material: runs of capitalised words, with the particles and initials that names hold. */
export function capitalRuns(reading: Reading): Run[] {
  const { words } = reading;
  const runs: Run[] = [];
  let i = 0;
  while (i < words.length) {
    const word = words[i];
    if (!word?.isCapital || word.isCaseless) {
      i++;
      continue;
    }
    let last = i;
    let next = nextOfRun(words, i, last);
    // No name is longer, and a page of capitals must not be read from its start at every word.
    while (next !== undefined && next - i < longestRun) {
      last = next;
      next = nextOfRun(words, i, last);
    }
    runs.push({ first: i, last });
    i = last + 1;
  }
  return runs;
}

function nextOfRun(words: readonly Word[], first: number, last: number): number | undefined {
  const current = words[last];
  const next = words[last + 1];
  if (!current || !next || !isInnerGap(current, next) || next.isCaseless) {
    return undefined;
  }
  if (next.isCapital) {
    return last + 1;
  }
  // Up to two small words may stand inside a name: "Ministry of the Interior", "van der Berg".
  for (let skip = 1; skip <= 3; skip++) {
    const between = words.slice(last + 1, last + 1 + skip);
    const after = words[last + 1 + skip];
    if (
      !after ||
      between.some((word) => word.gap !== ' ') ||
      (after.gap !== ' ' && after.gap !== '-' && after.gap !== "'")
    ) {
      return undefined;
    }
    const particles = between.every((word) => nameParticles.has(word.folded));
    const joins =
      between.every((word) => joining.has(word.folded)) && joinsInstitution(words, first, last, between, after);
    if (!particles && !between.every((word) => joining.has(word.folded))) {
      return undefined;
    }
    if (after.isCapital && (particles || joins)) {
      return last + 1 + skip;
    }
  }
  return undefined;
}

function joinsInstitution(
  words: readonly Word[],
  first: number,
  last: number,
  between: readonly Word[],
  after: Word,
): boolean {
  const link = between[0]?.folded;
  const head = words.slice(first, last + 1);
  // "Mr Smith of the Ministry" is a person and a body, not one name.
  if (head.some((word) => titlesOfPeople.has(word.folded))) {
    return false;
  }
  if (link === 'of' || link === 'de' || link === 'des' || link === 'du') {
    return true;
  }
  if (!head.some((word) => isInstitutionWord(word.folded))) {
    return false;
  }
  if (link === 'for') {
    return true;
  }
  if (link === 'in') {
    return between.length === 1 && /^(?:court|prison|hospital|office)$/.test(words[last]?.folded ?? '');
  }
  return (
    link === 'and' &&
    between.length === 1 &&
    isInstitutionWord(after.folded) &&
    /^(?:of|for)$/.test(words[last - 1]?.folded ?? '')
  );
}

function isInnerGap(current: Word, next: Word): boolean {
  const { gap } = next;
  if (gap === "'s ") {
    return (isInstitutionWord(current.folded) && isInstitutionWord(next.folded)) || afterPatron.has(next.folded);
  }
  if (gap === ' ' || gap === '-' || gap === '/' || gap === "'" || gap === "' ") {
    return true;
  }
  const isInitial = current.text.length === 1;
  return (
    (gap === '. ' || gap === '.') &&
    (isInitial ||
      titlesOfPeople.has(current.folded) ||
      current.folded === 'dr' ||
      current.folded === 'st' ||
      current.folded === 'no')
  );
}
