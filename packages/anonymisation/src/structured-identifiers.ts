import { isDriverNumber, isIban, isNationalInsurancePrefix, isUniquePupilNumber } from './checksums.ts';
import { isPrecededBy, standsAlone } from './cues.ts';
import { digitRunMarks } from './digit-runs.ts';
import type { Field, Finding, Mark } from './finding.ts';
import { findingsOf } from './finding-assembly.ts';
import { normalise } from './normalise.ts';
import { referenceMarks } from './reference-numbers.ts';
import { spelledNumberMarks } from './spelled-numbers.ts';
import { webIdentifierMarks } from './web-identifiers.ts';

type Shape = {
  readonly pattern: RegExp;
  readonly mark: (match: RegExpExecArray, text: string) => Omit<Mark, 'start' | 'end'> | undefined;
};

const compact = (value: string) => value.replace(/[^0-9A-Za-z]/g, '').toUpperCase();

const certain = (kind: Mark['kind'], why: string, suggestion: string | null, confidence = 1) =>
  ({ kind, severity: 'block', confidence, why, suggestion }) as const;

// Every repetition in these patterns is bounded, so no text can make one slow. Each of them asks for a digit.
const shapes: readonly Shape[] = [
  {
    pattern: /[A-HJ-NP-RT-Z] ?\d{3} ?\d{4} ?\d{2} ?\d{2}[0-9A-HJ-NP-RT-Z]/gi,
    mark: (match) => {
      const valid = isUniquePupilNumber(compact(match[0]));
      return certain(
        'unique-pupil-number',
        valid ? 'This is a valid unique pupil number.' : 'This has the form of a unique pupil number.',
        'a pupil number',
        valid ? 1 : 0.7,
      );
    },
  },
  {
    pattern: /\d{5} ?[0B] ?\d{2} ?\d{4} ?[A-Z]/gi,
    mark: () => certain('candidate-identifier', 'This has the form of an examination candidate number.', null, 0.9),
  },
  {
    pattern: /[A-Z]{2}(?:[ .-]{0,2}\d{2}){3}(?:[ .-]{0,2}[A-D])?/gi,
    mark: (match, text) => {
      const value = compact(match[0]);
      const issued = isNationalInsurancePrefix(value.slice(0, 2));
      const cue = isPrecededBy(text, match.index, /(?:national insurance|\bn\.?i\.?(?:no|number)?\b)[^.\n]{0,20}$/i);
      if (!issued && !cue) {
        return /\d{2}[ .-]{0,2}[A-D]$/i.test(match[0])
          ? {
              kind: 'national-insurance',
              severity: 'warn',
              confidence: 0.3,
              why: 'This has the form of a National Insurance number, with a prefix that is never issued.',
              suggestion: null,
            }
          : undefined;
      }
      // Two letters and six digits is also a common shape of product codes: without the suffix a cue decides.
      if (value.length === 8 && !cue && !/^[A-Z]{2} \d{2} \d{2} \d{2}$/i.test(match[0])) {
        return undefined;
      }
      return certain(
        'national-insurance',
        'This has the form of a National Insurance number.',
        null,
        issued ? 0.98 : 0.7,
      );
    },
  },
  {
    pattern: /\d{2} ?[A-Z] ?\d{2} ?\d{2}(?: ?\d{2})?/g,
    mark: (match, text) =>
      isPrecededBy(text, match.index, /(?:national insurance|\bn\.?i\.?(?:no|number)?\b|temporary)[^.\n]{0,25}$/i)
        ? certain('national-insurance', 'This has the form of a temporary National Insurance number.', null, 0.8)
        : undefined,
  },
  {
    pattern:
      /(?:GIR ?0AA|[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)[ .-]{0,2}\d[ABD-HJLNP-UW-Z]{2})/gi,
    mark: () => certain('postcode', 'A full postcode covers about fifteen homes.', 'a postcode', 0.97),
  },
  {
    pattern: /[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)/g,
    mark: (match, text) => {
      const named = isPrecededBy(text, match.index, /(?:postcode|post code|address)[^.\n]{0,12}$/i);
      const placed = isPrecededBy(text, match.index, /\b(?:lives? in|living in|moved to|flat in|house in|home in) $/i);
      return named || (placed && match[0].length > 2)
        ? {
            kind: 'postcode',
            severity: 'block-unless-reason',
            confidence: 0.6,
            why: 'This looks like the first half of a postcode.',
            suggestion: 'the area',
          }
        : undefined;
    },
  },
  {
    pattern: /[A-Z]{1,5}9{0,4}\d[01567]\d[0-3]\d\d ?[A-Z9]{2} ?\d ?[A-Z]{2}/gi,
    mark: (match) =>
      isDriverNumber(compact(match[0]))
        ? certain('driving-licence', 'A driving licence number holds a surname and a date of birth.', null, 0.95)
        : undefined,
  },
  {
    pattern: /[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?/g,
    mark: (match) =>
      isIban(compact(match[0]))
        ? certain('account-number', 'This is a valid international bank account number.', null)
        : undefined,
  },
  {
    pattern:
      /[A-Z]{2}\d{2} ?[A-Z]{3}|[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-NPR-TV-Y]{3}|[A-HJ-NPR-TV-Y]{3} ?\d{1,3}[A-HJ-NPR-TV-Y]/g,
    mark: () => ({
      kind: 'vehicle-registration',
      severity: 'block-unless-reason',
      confidence: 0.8,
      why: 'This has the form of a vehicle registration.',
      suggestion: 'a car',
    }),
  },
  {
    pattern: /[A-Z]{2} ?\d{7}|\d{9}|[A-Z]\d{8}/gi,
    mark: (match, text) =>
      isPrecededBy(text, match.index, /\bpassport[^.\n]{0,30}$/i)
        ? certain('passport', 'This has the form of a passport number.', 'a passport', 0.95)
        : undefined,
  },
  {
    pattern: /(?:19|20)?\d{2}\/\d{1,7}[A-Z]/g,
    mark: (match) =>
      /^\d{2}(?:\d{2})?\/\d{4,7}[A-Z]$/.test(match[0])
        ? certain('pnc-id', 'This has the form of a Police National Computer identifier.', null, 0.9)
        : undefined,
  },
];

/** Layer 1 on one normalised text: everything that a format or a check digit gives away. */
export function structuredMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  for (const shape of /\d/.test(text) ? shapes : []) {
    for (const match of text.matchAll(shape.pattern)) {
      const end = match.index + match[0].length;
      if (!standsAlone(text, match.index, end)) {
        continue;
      }
      const found = shape.mark(match, text);
      if (found) {
        marks.push({ ...found, start: match.index, end });
      }
    }
  }
  return [
    ...marks,
    ...digitRunMarks(text),
    ...spelledNumberMarks(text),
    ...referenceMarks(text),
    ...webIdentifierMarks(text),
  ];
}

/**
 * The layers that need nothing but the text: normalisation, formats and check digits. Cheap enough for the hub to run again
 * on arrival. Offsets are UTF-16 code units of each field's own text.
 */
export function structuredIdentifiers(fields: readonly Field[]): Finding[] {
  return findingsOf(
    fields.map((field) => {
      const reading = normalise(field.text);
      return { path: field.path, reading, marks: structuredMarks(reading.text) };
    }),
  );
}
