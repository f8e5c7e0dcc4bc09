import type { Mark } from './finding.ts';

const before =
  /\b(?:(?:the )?(?:municipality|county|district|province|village|town|city|region|department|parish|island|canton|prefecture|governorate|borough|suburb|hamlet) of |(?:north(?:ern|-eastern|-western)?|south(?:ern|-eastern|-western)?|eastern|western|central|upper|lower) )$/i;
const after =
  /^ (?:district|province|village|municipality|region|county|prison|garrison|barracks|hospital|police station|area|neighbourhood|suburbs?|airport|university|market|harbour|valley|river|mountains?|type prison)\b/i;
const bracket = /^ \((?!["']?the |["']|hereafter|hereinafter|no\.|see|i\.e|e\.g)[^()\n]{2,90}\)/;

/**
 * At `strict`, what stands beside a name and says it again: "the county of X", "X district", "X (its name in another
 * language)".
 */
export function surroundingMarks(text: string, marks: readonly Mark[]): Mark[] {
  const found: Mark[] = [];
  for (const mark of marks) {
    if (
      mark.kind !== 'place' &&
      mark.kind !== 'organisation' &&
      mark.kind !== 'unexplained-name' &&
      mark.kind !== 'school'
    ) {
      continue;
    }
    const base = {
      ...mark,
      severity: 'warn',
      confidence: 0.4,
      suggestion: null,
      why: 'This stands beside a name and says it again.',
    } as const;
    const left = before.exec(text.slice(Math.max(0, mark.start - 32), mark.start));
    if (left) {
      found.push({ ...base, start: mark.start - left[0].length, end: mark.start - 1 });
    }
    const right = after.exec(text.slice(mark.end, mark.end + 40));
    if (right) {
      found.push({ ...base, start: mark.end + 1, end: mark.end + right[0].length });
    }
    const spelled = bracket.exec(text.slice(mark.end, mark.end + 96));
    if (spelled) {
      found.push({ ...base, start: mark.end + 2, end: mark.end + spelled[0].length - 1 });
    }
  }
  return found;
}
