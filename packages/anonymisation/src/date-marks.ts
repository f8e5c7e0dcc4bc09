import { isFollowedBy, isPrecededBy, standsAlone } from './cues.ts';
import type { GuardProfile, Mark } from './finding.ts';

const month = String.raw`(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?`;
const weekday = '(?:(?:mon|tues?|weds?|wednes|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? (?:the )?)?';
const day = String.raw`(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?`;
const year = String.raw`(?:1[89]\d{2}|20\d{2}|'\d{2})`;
const separator = ' ?[/.-] ?';

type Form = { readonly pattern: RegExp; readonly exact: boolean };

const forms: readonly Form[] = [
  // 3 May 2023, 3rd of May 2023, Tuesday 3rd May, 3-5 May 2023
  {
    pattern: new RegExp(
      String.raw`\b${weekday}(?:${day}(?: ?(?:-|to|and|or|,) ?))?${day} (?:of )?(?:the )?${month}(?:,? (?:of )?${year}| \d{2}\b(?! ?(?:[:.]\d|${month})))?`,
      'gi',
    ),
    exact: true,
  },
  // May 3, 2023
  { pattern: new RegExp(String.raw`\b${weekday}${month} ${day}(?:,? ${year})?(?![\d%])`, 'gi'), exact: true },
  // 03/05/2023, 3.5.23, 3-5-2023, 2023-05-03
  {
    pattern: new RegExp(
      String.raw`\b(?:0?[1-9]|[12]\d|3[01])${separator}(?:0?[1-9]|1[0-2])${separator}(?:1[89]|20)?\d{2}(?!\d)`,
      'g',
    ),
    exact: true,
  },
  { pattern: /\b(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])\/(?:1[89]|20)?\d{2}(?!\d)/g, exact: true },
  {
    pattern:
      /\b(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)(?:T\d{2}:\d{2}(?::\d{2})?Z?)?/g,
    exact: true,
  },
  // 3-May-23, 03May2023
  { pattern: new RegExp(String.raw`\b${day}[-/. ]?${month}[-/. ]?(?:${year}|\d{2})\b`, 'gi'), exact: true },
  // May 2023, early May 2023, May of that year
  {
    pattern: new RegExp(
      String.raw`\b(?:(?:early|mid|late|the end of|the beginning of)[- ])?${month}(?: ?(?:-|to|and|until|or) ?${month})?,? (?:of )?${year}`,
      'gi',
    ),
    exact: false,
  },
];

const namedDay =
  /\b(?:boxing day|christmas (?:day|eve)|new year's (?:day|eve)|good friday|easter (?:sunday|monday)|bonfire night|halloween|hallowe'en|shrove tuesday|palm sunday)\b|\b(?:february|may|october|easter|christmas|whitsun) half[- ]term\b|\b(?:early|mid|late)[- ](?:january|february|march|april|may|june|july|august|september|october|november|december)\b/gi;
const monthWord = '(?:january|february|march|april|may|june|july|august|september|october|november|december)';
const feast =
  '(?:easter|christmas|eid(?: al-(?:fitr|adha))?|ramadan|diwali|passover|hanukkah|vaisakhi|new year|half[- ]term|bank holiday)';
const weekdayName = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
/** A day told by another: "the first Monday after Easter", "two days before Christmas 2022", "last October", "Weds 6/11". */
const toldByAnother = new RegExp(
  [
    String.raw`\b(?:the )?(?:(?:first|second|third|last|next|very next) )?(?:${weekdayName}|day|(?:a|one|two|three|four|five|six|\d{1,2}) (?:days?|nights?)) (?:before|after|of) (?:the )?${feast}(?: (?:19|20)\d{2})?`,
    String.raw`(?<!\bthe )\b(?:last|next) ${monthWord}\b`,
    String.raw`\bthe \d{1,2}(?:st|nd|rd|th) of (?:last|next|this|that) (?:month|${monthWord})\b`,
    String.raw`\b(?:mon|tues?|weds?|wednes|thur?s?|fri|sat(?:ur)?|sun)(?:day)? (?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|1[0-2])\b(?![/.]?\d)`,
  ].join('|'),
  'gi',
);
const dayOfMonth =
  /\b(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)? (?:the )?\d{1,2}(?:st|nd|rd|th)\b|(?<=\bon )the \d{1,2}(?:st|nd|rd|th)\b(?! (?:floor|birthday|century|attempt|time|of|day|week|visit|session|page))/gi;

const monthNumber: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
};
const birthCue =
  /(?:\bd\.? ?o\.? ?b\b\.?|\bdate of birth|\bborn(?: on)?|\bbirth ?day|\bbirth ?date|\bbirth|\bdob)[^\n]{0,16}$/i;

/** Dates finer than a season, and, at `strict`, years and everything that stands for one. A date of birth blocks. */
export function dateMarks(text: string, profile: GuardProfile): Mark[] {
  const marks: Mark[] = [];
  for (const form of forms) {
    for (const match of text.matchAll(form.pattern)) {
      const start = match.index;
      const end = start + match[0].trimEnd().length;
      if (!standsAlone(text, start, end)) {
        continue;
      }
      const numeric = /^[\d\s./-]+$/.test(match[0]);
      if (
        numeric &&
        isPrecededBy(text, start, /(?:section|paragraph|para|rule|article|version|ratio|£|\$|€|[\d]\.) ?$/i)
      ) {
        continue;
      }
      if (isPrecededBy(text, start, birthCue, 40)) {
        marks.push({
          start,
          end,
          kind: 'date-of-birth',
          severity: 'block',
          confidence: 0.98,
          why: 'This is a date of birth.',
          suggestion: null,
        });
        continue;
      }
      if (!form.exact && profile === 'practice') {
        marks.push({
          start,
          end,
          kind: 'date',
          severity: 'warn',
          confidence: 0.7,
          why: 'A month and year can be matched with the news. A season and year is enough.',
          suggestion: seasonOf(match[0]),
        });
        continue;
      }
      if (/\d/.test(match[0])) {
        marks.push({
          start,
          end,
          kind: 'date',
          severity: 'warn',
          confidence: 0.9,
          why: 'An exact date can be matched with records and the news. A season and year is enough.',
          suggestion: seasonOf(match[0]),
        });
      }
    }
  }
  for (const pattern of [namedDay, dayOfMonth, toldByAnother]) {
    for (const match of text.matchAll(pattern)) {
      marks.push({
        start: match.index,
        end: match.index + match[0].length,
        kind: 'date',
        severity: 'warn',
        confidence: 0.7,
        why: 'This is as good as an exact date to someone who knows the year.',
        suggestion: null,
      });
    }
  }
  if (profile === 'strict') {
    marks.push(...coarseDates(text));
  }
  return marks;
}

const bareYear = /\b(?:1[89]\d{2}|20[0-4]\d)(?:s\b|(?:\/|-)(?:\d{4}|\d{2})\b)?/g;
const loneMonth =
  /\b(?:(?:in|since|until|by|during|of|from|to|early|late|mid|and) )(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/gi;
const clock =
  /\b(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?(?:[ap]\.?m\b\.?|h(?:ours|rs)?\b))|\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b|\b(?:1[0-2]|[1-9]) ?[ap]\.?m\b\.?/gi;

function coarseDates(text: string): Mark[] {
  const marks: Mark[] = [];
  const add = (start: number, end: number, why: string) =>
    marks.push({ start, end, kind: 'date', severity: 'warn', confidence: 0.5, why, suggestion: null });
  for (const match of text.matchAll(bareYear)) {
    const end = match.index + match[0].length;
    const isNumberOfSomethingElse =
      isPrecededBy(text, match.index, /(?:[/.,-]|no\.? ?|nos\.? ?|§ ?|€ ?|£ ?|\$ ?|\d )$/i, 6) ||
      isFollowedBy(
        text,
        end,
        /^(?:[/]\d|,\d|\.\d| ?(?:euros?|eur|pounds|gbp|usd|dollars|m2|sq|hectares|metres|km|kg))/i,
      );
    if (!isNumberOfSomethingElse) {
      add(match.index, end, 'A year narrows when this happened.');
    }
  }
  for (const match of text.matchAll(
    /\b(?:(?:early|late|mid)[- ])?(?:spring|summer|autumn|winter)(?: (?:and|or) (?:spring|summer|autumn|winter))?(?: (?:of )?(?:1[89]|20)\d{2})?(?=\W)/gi,
  )) {
    if (
      /\d|^(?:early|late|mid)/i.test(match[0]) ||
      isPrecededBy(text, match.index, /\b(?:in|the|since|during|that|until) $/i)
    ) {
      add(match.index, match.index + match[0].length, 'A season narrows when this happened.');
    }
  }
  for (const match of text.matchAll(loneMonth)) {
    const skip = match[0].indexOf(' ') + 1;
    add(match.index + skip, match.index + match[0].length, 'A month narrows when this happened.');
  }
  for (const match of text.matchAll(clock)) {
    add(match.index, match.index + match[0].length, 'A time of day narrows when this happened.');
  }
  return marks;
}

/** The season and year to write instead of a date, or null when the text does not say the year. */
function seasonOf(date: string): string | null {
  const years = date.match(/(?:18|19|20)\d{2}/);
  const word = /[a-z]{3,}/gi;
  let number: number | undefined;
  for (const found of date.matchAll(word)) {
    number = monthNumber[found[0].slice(0, 3).toLowerCase()] ?? number;
  }
  const parts = date.match(/\d+/g) ?? [];
  if (number === undefined && parts.length === 3) {
    number = Number(parts[1]);
  }
  const last = parts.at(-1) ?? '';
  const yearText =
    years?.[0] ??
    (/^\d{2}$/.test(last) && parts.length >= (number === undefined || !/[a-z]/i.test(date) ? 3 : 2)
      ? `20${last}`
      : undefined);
  if (number === undefined || number < 1 || number > 12) {
    return null;
  }
  const season = number === 12 || number < 3 ? 'winter' : number < 6 ? 'spring' : number < 9 ? 'summer' : 'autumn';
  return yearText === undefined ? `in the ${season}` : `in ${season} ${yearText}`;
}
