import type { Finding } from './finding.ts';

/**
 * One click: the text of the finding's field with the finding's words replaced by its suggestion. A finding without a
 * suggestion is replaced by `[removed]`, so that a gap is seen. The offsets of other findings in the field are then out of
 * date: check again.
 *
 * @throws RangeError when the text no longer holds the finding's words at its offsets
 */
export function applyGeneralisation(
  text: string,
  finding: Pick<Finding, 'start' | 'end' | 'text' | 'suggestion'>,
): string {
  if (text.slice(finding.start, finding.end) !== finding.text) {
    throw new RangeError('The text has changed since it was checked');
  }
  const words = finding.suggestion ?? '[removed]';
  const before = text.slice(0, finding.start);
  const startsSentence = /(?:^|[.!?]["')\]]?\s+|\n\s*)$/.test(before.slice(-8)) || before.trim() === '';
  const capital =
    startsSentence && finding.suggestion !== null ? words.charAt(0).toUpperCase() + words.slice(1) : words;
  // "on 3 May 2023" becomes "in spring 2023", "a 14-year-old" becomes "a teenager": a preposition or article before the span gives way.
  const doubled = /\b(?:on the|on|in the|in|at the|at|a|an|the) $/i.exec(before.slice(-8));
  const opening = /^(?:in|a|an|the|at|on) /i.exec(capital);
  if (doubled && opening && isReplaceable(doubled[0].trim().toLowerCase(), opening[0].trim().toLowerCase())) {
    const keptCase = /^[A-Z]/.test(doubled[0]) ? capital.charAt(0).toUpperCase() + capital.slice(1) : capital;
    return before.slice(0, before.length - doubled[0].length) + keptCase + text.slice(finding.end);
  }
  return before + capital + text.slice(finding.end);
}

function isReplaceable(before: string, opening: string): boolean {
  const articles = ['a', 'an', 'the'];
  const prepositions = ['on', 'in', 'on the', 'in the', 'at', 'at the'];
  return (
    (articles.includes(opening) && articles.includes(before)) ||
    (opening === 'in' && prepositions.includes(before)) ||
    (opening === 'on' && prepositions.includes(before))
  );
}
