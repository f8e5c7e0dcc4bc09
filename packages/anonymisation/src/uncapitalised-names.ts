import { isOrdinaryWord } from './english-words.ts';
import type { Explanation } from './explanation.ts';
import type { Mark } from './finding.ts';
import { broadGroupOf, isClosedClass, isGivenName, isSurname } from './lexicon.ts';
import { cueBefore, isKinWord } from './person-cues.ts';
import type { Reading } from './words.ts';

/** Names where case tells nothing: lower-case and all-capitals lines, and names typed without a capital after a cue. */
export function uncapitalisedNames(reading: Reading, explained: readonly Explanation[]): Mark[] {
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
    // "brookfield high", in a message without a capital.
    const kindOfSchool = words[i + 1];
    if (
      word.isCaseless &&
      explained[i] === 'unknown' &&
      kindOfSchool?.gap === ' ' &&
      /^(?:high|primary|academy|college|school|juniors?|infants?|grammar|nursery)$/.test(kindOfSchool.folded)
    ) {
      marks.push({
        start: word.start,
        end: kindOfSchool.end,
        kind: 'school',
        severity: 'block-unless-reason',
        confidence: 0.6,
        why: 'A named school narrows this to a few hundred children.',
        suggestion: 'a school',
      });
      return;
    }
    const group = ordinary ? undefined : broadGroupOf(word.folded);
    if (group !== undefined && explained[i] === 'unknown') {
      marks.push({
        start: word.start,
        end: word.end,
        kind: 'nationality',
        severity: 'warn',
        confidence: 0.6,
        why: 'A nationality or language is rare in many areas.',
        suggestion: group,
      });
      return;
    }
    if (
      word.isCaseless &&
      explained[i] === 'place' &&
      !ordinary &&
      /^(?:in|to|from|near|at|around|outside)$/.test(words[i - 1]?.folded ?? '')
    ) {
      marks.push({
        start: word.start,
        end: word.end,
        kind: 'place',
        severity: 'warn',
        confidence: 0.6,
        why: 'A place says where this happened. The region is published, not the town.',
        suggestion: 'a town',
      });
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
      previous?.kind === 'person' &&
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
