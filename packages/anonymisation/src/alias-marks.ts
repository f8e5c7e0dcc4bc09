import type { Mark } from './finding.ts';

const quotedAlias =
  /(?<=\b(?:known as|called|nicknamed|named|alias|aka|about|as|by|with|from) )["'](\p{Lu}[\p{L}-]{1,20})["']|["'](\p{Lu}[\p{L}-]{1,20})["'](?=,? who\b)/gu;
const dottedInitials = /(?<![\p{L}.])(?:\p{Lu}\.[ -]?){1,3}\p{Lu}\.(?!\p{L})/gu;
const abbreviations = new Set([
  'uk',
  'us',
  'usa',
  'un',
  'eu',
  'rc',
  'ce',
  'pe',
  're',
  'am',
  'pm',
  'dob',
  'ni',
  'ba',
  'ma',
  'gp',
  'nhs',
  'sa',
  'ad',
  'bc',
  'qc',
  'kc',
  'jp',
  'mp',
]);

/** Names that are given as no name: a nickname in quotation marks, initials with full stops. */
export function aliasMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  for (const match of text.matchAll(quotedAlias)) {
    const name = match[1] ?? match[2] ?? '';
    marks.push({
      start: match.index + 1,
      end: match.index + 1 + name.length,
      kind: 'person',
      severity: 'block-unless-reason',
      confidence: 0.7,
      why: 'A name in quotation marks may be what someone is called.',
      suggestion: null,
    });
  }
  for (const match of text.matchAll(dottedInitials)) {
    if (!abbreviations.has(match[0].replace(/[^\p{L}]/gu, '').toLowerCase())) {
      marks.push({
        start: match.index,
        end: match.index + match[0].length - 1,
        kind: 'initials',
        severity: 'block-unless-reason',
        confidence: 0.7,
        why: 'These are written as the initials of a person are.',
        suggestion: null,
      });
    }
  }
  return marks;
}
