import { isFollowedBy, isPrecededBy } from './cues.ts';
import type { GuardProfile, Mark } from './finding.ts';

const small: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
};
const numberWord = `(?:\\d{1,3}|${Object.keys(small).join('|')})`;

const forms: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:aged?|age of|ages) (?:about |just |only |of |around )?${numberWord}(?: ?(?:,|and|to|-|or) ?${numberWord})*(?: (?:years?|months?|weeks?)(?: old)?)?(?: and (?:a half|${numberWord} months?))?\b`,
    'gi',
  ),
  new RegExp(String.raw`\b${numberWord}[- ](?:year|yr|month|week)s?[- ]olds?\b`, 'gi'),
  new RegExp(String.raw`\b${numberWord} years? and ${numberWord} months?\b`, 'gi'),
  new RegExp(String.raw`(?<=\bage (?:given|stated|recorded) as )${numberWord}\b`, 'gi'),
  /(?<=, )\d{1,2} (?:years?|yrs?)(?=[,.;])/g,
  /(?<=\b(?:turned|turns|turning|when (?:he|she|they|I) (?:was|were)) )\d{1,2}\b(?!:|\.\d| ?(?:%|minutes|hours|days|weeks|to|on|up))/g,
  new RegExp(String.raw`\b${numberWord} ?(?:y\/o|yo|yrs?(?: old)?|years? of age|months? of age)\b`, 'gi'),
  new RegExp(
    String.raw`\b(?:is|are|was|were|came (?:here |to [A-Z][a-z]+ )?at|turned|turning|now|nearly|almost|just) (?:now |only |just |then |nearly |aged )?(?:${Object.keys(small).slice(2).join('|')}|[1-9]|1\d)(?: and (?:a half|[1-9]\d?))?(?= (?:and|by|when|at the time|next|last|in|this|years)\b|[.,;)]|$)`,
    'gim',
  ),
];

/** Exact ages, with the band that a learning record uses. */
export function ageMarks(text: string, profile: GuardProfile): Mark[] {
  const marks: Mark[] = [];
  for (const form of forms) {
    for (const match of text.matchAll(form)) {
      const number =
        /\d{1,3}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)\b/i.exec(
          match[0],
        );
      if (!number) {
        continue;
      }
      const years =
        /month|week/i.test(match[0]) && !/year/i.test(match[0])
          ? 1
          : (small[number[0].toLowerCase()] ?? Number(number[0]));
      if (
        years > 120 ||
        isFollowedBy(text, match.index + match[0].length, /^ ?(?:%|per cent|o'clock|[ap]m)/i) ||
        isPrecededBy(text, match.index, /\bunder the $/i)
      ) {
        continue;
      }
      const start =
        match.index +
        (/^(?:is|are|was|were|came|turned|turning|now|nearly|almost|just)\b/i.test(match[0]) ? number.index : 0);
      const own = text.slice(start, match.index + match[0].length);
      marks.push({
        start,
        end: start + own.length,
        kind: 'age',
        severity: 'warn',
        confidence: 0.85,
        why: 'An exact age narrows who this is. The record holds a band.',
        suggestion: bandOf(years, own),
      });
    }
  }
  const appositive = /(?<=\p{Lu}[\p{L}'-]{1,24}, )(\d{1,2})(?=,(?! \d)| of )/gu;
  for (const match of text.matchAll(appositive)) {
    const years = Number(match[1]);
    marks.push({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'age',
      severity: 'warn',
      confidence: 0.7,
      why: 'This may be an exact age. The record holds a band.',
      suggestion: bandOf(years, 'aged'),
    });
  }
  const initials = /(?<=[\p{L}'"] ?)\((?:aged )?(\d{1,2})(?: ?(?:years?|yrs?|months?|mths?))?\)/gu;
  for (const match of text.matchAll(initials)) {
    if (profile === 'practice' || /age|year|yr|month/.test(match[0])) {
      marks.push({
        start: match.index + 1,
        end: match.index + match[0].length - 1,
        kind: 'age',
        severity: 'warn',
        confidence: 0.6,
        why: 'This may be an exact age. The record holds a band.',
        suggestion: bandOf(Number(match[1]), 'aged'),
      });
    }
  }
  return marks;
}

function bandOf(years: number, written: string): string {
  const noun = /old(?:s)?$/i.test(written) && /[- ](?:year|yr|month|week)/i.test(written);
  const [band, person] =
    years < 5
      ? ['of pre-school age', 'a child under 5']
      : years < 10
        ? ['of primary-school age', 'a child of primary-school age']
        : years < 13
          ? ['of middle-childhood age', 'a child in the last years of primary school or the first of secondary']
          : years < 16
            ? ['in the early teens', 'a teenager']
            : years < 18
              ? ['in the late teens', 'an older teenager']
              : years < 25
                ? ['in early adulthood', 'a young adult']
                : ['of working age or older', 'an adult'];
  return (noun ? person : band) ?? 'of that age';
}
