import type { Mark } from './finding.ts';

type Cue = {
  readonly words: RegExp;
  readonly kind: Mark['kind'];
  readonly severity: Mark['severity'];
  readonly why: string;
};

// The value: letters and digits with the punctuation that references use, at least four digits in all, checked below.
const value = String.raw`((?:[A-Z0-9]{1,14}[/.\\_ -]?){1,6})`;
const linking = String.raw`(?: ?(?:no|nos|num|number|numbers|id|ref|reference|code)\b\.?)?(?: (?:is|was|of))?[ :#.=(-]{0,4}`;

const cues: readonly Cue[] = [
  {
    words: /\b(?:mrn|hospital|unit|patient|k ?number|district|emis|rio|systmone)/,
    kind: 'case-reference',
    severity: 'block',
    why: 'This is a patient or hospital number.',
  },
  {
    words:
      /\b(?:crime|court|police|incident|cad|occurrence|custody|niche|log|urn|case|file|claim|claims?|mosaic|lcs|liquidlogic|eclipse|carefirst|azeus|cpoms|sims|arbor|bromcom|child|pupil|client|person|referral|application|appeal|warrant|exhibit|mash|lado|social care|our|your|their|external|internal|registration|licence|license|permit|policy|membership|staff|employee|payroll|collar|warrant|tribunal|docket)/,
    kind: 'case-reference',
    severity: 'block-unless-reason',
    why: 'This is the reference of a case, which leads straight to the file.',
  },
  {
    words: /\b(?:pnc|pncid|cro|nominal)/,
    kind: 'pnc-id',
    severity: 'block',
    why: 'This is an identifier of the Police National Computer.',
  },
  {
    words: /\b(?:home office|ho|ukvi|nass|asylum support|arc|brp|visa|biometric)/,
    kind: 'home-office-reference',
    severity: 'block',
    why: 'This is a Home Office reference.',
  },
  {
    words: /\b(?:driving licence|driver number|licence|driver'?s license)/,
    kind: 'driving-licence',
    severity: 'block',
    why: 'This is a driving licence number.',
  },
  {
    words: /\b(?:passport|national id|ssn|social security)/,
    kind: 'passport',
    severity: 'block',
    why: 'This is the number of a personal document.',
  },
];

const compiled = cues.map((cue) => ({
  ...cue,
  pattern: new RegExp(`${cue.words.source}${linking}${value}`, 'gi'),
}));

const plainReference = new RegExp(String.raw`\b(?:ref|reference|refs|no|nos|number)\b\.?[ :#=(]{0,4}${value}`, 'gi');
const homeOffice = /\b[A-Z]\d{7}(?:\/\d{1,3})?\b/g;
// A run of letters, digits and hyphens that stands alone: one pass, no choice to go back on.
const coded = /(?<![\p{L}\p{N}_-])(?=[A-Z\d-]{0,24}\d)[A-Z][A-Z\d]{0,15}(?:-[A-Z\d]{1,16}){0,4}(?![\p{L}\p{N}_-])/gu;
const otherSeries =
  /\b(?:lab|laboratory|sample|specimen|invoice|order|batch|lot|serial|part|model|version|rule|article|section)[a-z ]{0,12}$/i;

const fourDigits = /\d(?:\D*\d){3}/;

/** References that only their context gives away: a crime reference, a court's, an authority's, a patient's number. */
export function referenceMarks(text: string): Mark[] {
  // None has fewer digits than four.
  if (!fourDigits.test(text)) return [];
  const marks: Mark[] = [];
  const add = (match: RegExpExecArray, cue: Omit<Cue, 'words'>, confidence: number) => {
    const raw = match[1] ?? '';
    const found = referenceWithin(raw);
    if (!found) {
      return;
    }
    const start = match.index + match[0].length - raw.length + found.offset;
    marks.push({
      start,
      end: start + found.length,
      kind: cue.kind,
      severity: cue.severity,
      confidence,
      why: cue.why,
      suggestion: null,
    });
  };
  for (const cue of compiled) {
    for (const match of text.matchAll(cue.pattern)) {
      add(match, cue, 0.9);
    }
  }
  for (const match of text.matchAll(plainReference)) {
    const before = text.slice(Math.max(0, match.index - 24), match.index);
    const series = otherSeries.test(before);
    add(
      match,
      {
        kind: series ? 'number' : 'case-reference',
        severity: series ? 'warn' : 'block-unless-reason',
        why: series ? 'A number of a series may lead back to a person.' : 'This is called a reference.',
      },
      series ? 0.3 : 0.7,
    );
  }
  for (const match of text.matchAll(coded)) {
    if (
      (match[0].match(/\d/g) ?? []).length >= 5 &&
      /[A-Z]/i.test(match[0]) &&
      !/^\d+(?:st|nd|rd|th|s|m|km|mg|ml|g|px|pm|am|k|gb|mb|x)$/i.test(match[0])
    ) {
      marks.push({
        start: match.index,
        end: match.index + match[0].length,
        kind: 'number',
        severity: 'block-unless-reason',
        confidence: 0.5,
        why: 'Letters and many digits together are usually a reference to someone or something.',
        suggestion: null,
      });
    }
  }
  for (const match of text.matchAll(homeOffice)) {
    marks.push({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'home-office-reference',
      severity: 'block-unless-reason',
      confidence: 0.6,
      why: 'This has the form of a Home Office reference.',
      suggestion: null,
    });
  }
  return marks;
}

/** The part of a captured run that is a reference: whole words from the first with a digit to the last with a digit. */
function referenceWithin(raw: string): { offset: number; length: number } | undefined {
  const words = [...raw.matchAll(/\S+/g)];
  let first = -1;
  let last = -1;
  let digits = 0;
  for (const [i, word] of words.entries()) {
    const hasDigit = /\d/.test(word[0]);
    if (hasDigit) {
      first = first < 0 ? i : first;
      last = i;
      digits += (word[0].match(/\d/g) ?? []).length;
    } else if (first >= 0) {
      break;
    } else if (word[0].length > 4 || word[0] !== word[0].toUpperCase()) {
      return undefined;
    }
  }
  const from = words[first];
  const to = words[last];
  if (!from || !to || digits < 4) {
    return undefined;
  }
  // A short prefix in capitals belongs to the reference: "LCS 20231187".
  const start = first > 0 ? (words[0]?.index ?? from.index) : from.index;
  const text = raw.slice(start, to.index + to[0].length).replace(/[/.\\_-]+$/, '');
  return { offset: start, length: text.length };
}
