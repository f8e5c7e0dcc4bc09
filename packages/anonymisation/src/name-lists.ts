import type { GuardProfile, Mark } from './finding.ts';
import { isClosedClass, isGivenName, isSurname } from './lexicon.ts';
import { fold } from './normalise.ts';

const listed = /\p{Lu}[\p{L}'-]{1,24}(?:, \p{Lu}[\p{L}'-]{1,24}){1,4},? (?:and|&) \p{Lu}[\p{L}'-]{1,24}/gu;
const item = /\p{Lu}[\p{L}'-]+/gu;

/**
 * Names in a list with names: "Monjeau, Graves and Reed". Where one item is a name by itself and every other could be one,
 * all are, though alone they would be ordinary words. At `strict` the list is one name, as firms write theirs.
 */
export function nameListMarks(text: string, marks: readonly Mark[], profile: GuardProfile): Mark[] {
  const named = marks.filter(({ kind }) => kind === 'person' || kind === 'unexplained-name');
  return [...text.matchAll(listed)].flatMap((list) => {
    const items = [...list[0].matchAll(item)].map((match) => ({
      start: list.index + match.index,
      end: list.index + match.index + match[0].length,
      folded: fold(match[0]),
    }));
    const isNamed = ({ start, end }: { start: number; end: number }) =>
      named.some((mark) => mark.start < end && start < mark.end);
    const couldBeName = ({ folded }: { folded: string }) =>
      !isClosedClass(folded) && (isSurname(folded) || isGivenName(folded));
    if (!items.some(isNamed) || !items.every((one) => isNamed(one) || couldBeName(one))) {
      return [];
    }
    const base = {
      kind: 'person',
      severity: 'block-unless-reason',
      confidence: 0.6,
      why: 'This stands in a list of names.',
      suggestion: null,
    } as const;
    if (profile === 'strict') {
      return [{ ...base, start: list.index, end: list.index + list[0].length }];
    }
    return items.filter((one) => !isNamed(one)).map(({ start, end }) => ({ ...base, start, end }));
  });
}
