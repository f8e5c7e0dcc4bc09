import { isNhsNumber, isUniqueLearnerNumber, passesLuhn } from './checksums.ts';
import { isFollowedBy, isPrecededBy, isWordCharacter } from './cues.ts';
import type { Mark } from './finding.ts';

type Group = { readonly start: number; readonly end: number; readonly digits: string };

// At most one separator between groups, so that two numbers side by side are told apart by what they are, not by luck.
const digitRun = /\+?\(?\d(?:(?:[ .-]|\) ?| \(| ?\n ?| {2})?\d){4,40}/g;

const nhsCue = /\b(?:n\.?h\.?s\.?)\b[^.\n]{0,24}$/i;
const learnerCue = /\b(?:u\.?l\.?n|unique learner|learner)\b[^.\n]{0,24}$/i;
const phoneCue =
  /\b(?:tel|telephone|phone|phoned|mobile|mob|cell|landline|contact(?: number)?|call|called|calling|ring|rang|text|texted|whatsapp|fax|(?:his|her|their|my|new|work|home|phone|mobile) number|messages? to|answering (?:at|on)|reach(?:ed)? (?:me|him|her|them|us)? ?(?:at|on)|desk)\b[^.\n]{0,24}$/i;
// A telephone number goes on to a desk: "x849", "ext. 12".
const extensionOf = /^ ?(?:x|ext\.? ?|extension ?)\d{1,6}/i;
const otherSeriesCue = /\b(?:sample|specimen|lab|invoice|order|barcode|serial|batch|lot|isbn|part)\b[^.\n]{0,24}$/i;
const accountCue = /\b(?:account|acct|card|iban|sort code|bank|credit|debit|visa|mastercard|amex)\b[^.\n]{0,40}$/i;

/**
 * Numbers that people are given, read as groups of digits: NHS and learner numbers, telephones, cards. A window over
 * neighbouring groups is tried for each, longest first, so that `943 476 5870 07700 900123` is two numbers.
 */
export function digitRunMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  for (const match of text.matchAll(digitRun)) {
    const start = match.index;
    const end = start + match[0].length;
    if (
      (start > 0 && isWordCharacter(text.charAt(start - 1))) ||
      (isWordCharacter(text.charAt(end)) && !/^x\d/.test(text.slice(end, end + 2)))
    ) {
      continue;
    }
    const groups = groupsOf(match[0], start);
    let i = 0;
    while (i < groups.length) {
      let taken = 0;
      for (let length = Math.min(groups.length - i, 8); length > 0 && taken === 0; length--) {
        const mark = classify(groups.slice(i, i + length), text);
        if (mark) {
          marks.push(mark);
          taken = length;
        }
      }
      i += Math.max(taken, 1);
    }
  }
  return marks;
}

function groupsOf(run: string, offset: number): Group[] {
  return [...run.matchAll(/\d+/g)].map((group) => ({
    start: offset + group.index,
    end: offset + group.index + group[0].length,
    digits: group[0],
  }));
}

function classify(groups: readonly Group[], text: string): Mark | undefined {
  const first = groups[0];
  const last = groups.at(-1);
  if (!first || !last) {
    return undefined;
  }
  const digits = groups.map((group) => group.digits).join('');
  const before = text.slice(Math.max(0, first.start - 2), first.start);
  const plus = /\+$|\+\($/.test(before) ? before.length - before.indexOf('+') : 0;
  const bracket = plus === 0 && before.endsWith('(') ? 1 : 0;
  const start = first.start - plus - bracket;
  const extension = extensionOf.exec(text.slice(last.end, last.end + 16))?.[0].length ?? 0;
  const mark = (kind: Mark['kind'], severity: Mark['severity'], confidence: number, why: string): Mark => ({
    start,
    end: kind === 'telephone' ? last.end + extension : last.end,
    kind,
    severity,
    confidence,
    why,
    suggestion: null,
  });
  if (digits.length === 10 && plus === 0) {
    const lengths = groups.map((group) => group.digits.length).join('-');
    const cue = isPrecededBy(text, start, nhsCue);
    if (isNhsNumber(digits) && (cue || lengths === '10' || lengths === '3-3-4')) {
      return mark('nhs-number', 'block', 1, 'This is a valid NHS number.');
    }
    if (cue) {
      return mark(
        'nhs-number',
        'block',
        0.8,
        'This is called an NHS number, though its check digit is wrong. A mistyped number still identifies.',
      );
    }
    const learner = isPrecededBy(text, start, learnerCue);
    if (learner || (lengths === '10' && isUniqueLearnerNumber(digits))) {
      return mark('unique-learner-number', 'block', learner ? 1 : 0.8, 'This has the form of a unique learner number.');
    }
  }
  const series = isPrecededBy(text, start, otherSeriesCue);
  if (isTelephone(digits, groups, plus > 0, isPrecededBy(text, start, phoneCue), series)) {
    return mark('telephone', 'block', 0.95, 'This has the form of a telephone number.');
  }
  if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)) {
    return mark('account-number', 'block', 0.95, 'This is a valid payment card number.');
  }
  if (isPrecededBy(text, start, accountCue, 64) && digits.length >= 6 && !looksLikeSum(text, start, last.end)) {
    return mark('account-number', 'block', 0.8, 'This is called an account or a card.');
  }
  if (digits.length === 10 && groups.length === 1) {
    return mark('number', 'warn', 0.3, 'This has as many digits as an NHS number, though its check digit is wrong.');
  }
  if (digits.length === 10 && groups.map((group) => group.digits.length).join('-') === '3-3-4') {
    return mark(
      'nhs-number',
      series ? 'warn' : 'block',
      0.6,
      'This is written as NHS numbers are, though its check digit is wrong. A mistyped number still identifies.',
    );
  }
  if (groups.length === 1 && digits.length >= 7) {
    return mark('number', 'warn', 0.4, 'A long number may lead back to a person.');
  }
  return undefined;
}

function isTelephone(digits: string, groups: readonly Group[], plus: boolean, cue: boolean, series: boolean): boolean {
  if (plus) {
    return digits.length >= 8 && digits.length <= 15;
  }
  if (/^(?:0044)0?[1-9]\d{8,9}$/.test(digits)) {
    return true;
  }
  if (/^44[1-9]\d{8,9}$/.test(digits) && (cue || groups.length > 1)) {
    return true;
  }
  if (/^0[1-35789]\d{8,9}$/.test(digits)) {
    // Ten digits in one block are as often a sample's number as a short telephone number: what it is called decides.
    return !(series && groups.length === 1) || cue;
  }
  return cue && digits.length >= 7 && digits.length <= 15;
}

function looksLikeSum(text: string, start: number, end: number): boolean {
  return isPrecededBy(text, start, /[£$€] ?$/) || isFollowedBy(text, end, /^ ?(?:pounds|euros|%|gbp|eur)/i);
}
