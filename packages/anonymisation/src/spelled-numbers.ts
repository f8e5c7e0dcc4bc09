import { isNhsNumber } from './checksums.ts';
import type { Mark } from './finding.ts';

const values: Readonly<Record<string, string>> = {
  zero: '0',
  oh: '0',
  o: '0',
  nought: '0',
  nil: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
};

const spelledRun =
  /\b(?:zero|oh|nought|nil|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|\d{1,5})(?:[ ,.-]{1,3}(?:and )?(?:zero|oh|o|nought|nil|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|\d{1,5})\b){5,30}/gi;

/** Numbers read out loud and typed as heard: "oh seven seven double oh, nine hundred" is a telephone to a reader. */
export function spelledNumberMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  for (const match of text.matchAll(spelledRun)) {
    const words = match[0].toLowerCase().match(/[a-z]+|\d+/g) ?? [];
    let digits = '';
    let spelled = 0;
    let repeat = 1;
    for (const word of words) {
      if (word === 'double') {
        repeat = 2;
      } else if (word === 'triple' || word === 'treble') {
        repeat = 3;
      } else if (word !== 'and') {
        spelled += /\d/.test(word) ? 0 : 1;
        digits += (values[word] ?? word).repeat(repeat);
        repeat = 1;
      }
    }
    if (spelled < 3 || digits.length < 7) {
      continue;
    }
    const nhs = isNhsNumber(digits);
    const telephone = /^(?:0|44)[1-9]\d{8,9}$/.test(digits);
    marks.push({
      start: match.index,
      end: match.index + match[0].length,
      kind: nhs ? 'nhs-number' : telephone ? 'telephone' : 'number',
      severity: nhs || telephone ? 'block' : 'block-unless-reason',
      confidence: nhs || telephone ? 0.95 : 0.7,
      why: 'This is a long number written out in words.',
      suggestion: null,
    });
  }
  return marks;
}
