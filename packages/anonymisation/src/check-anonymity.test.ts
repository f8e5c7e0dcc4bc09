import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAnonymity, GuardTimeout } from './check-anonymity.ts';
import { compareSeverity, type Severity } from './finding.ts';
import { applyGeneralisation } from './generalise.ts';

const check = (text: string) => checkAnonymity({ fields: [{ path: 'situation', text }] }).findings;
const found = (text: string) => check(text).map((finding) => finding.text);
const worst = (text: string): Severity | undefined =>
  check(text)
    .map((finding) => finding.severity)
    .sort((a, b) => compareSeverity(b, a))[0];

describe('the guard', () => {
  it.each([
    ['Her NHS number is 943 476 5870.', 'nhs-number', 'block'],
    ['NHS no: 943 476 5871 as typed', 'nhs-number', 'block'],
    ['UPN B801200005001 moved school', 'unique-pupil-number', 'block'],
    ['The learner 9276308686 enrolled', 'unique-learner-number', 'block'],
    ['UCI 68199 0 01 2058 G', 'candidate-identifier', 'block'],
    ['NI number AB 12 34 56 C on the form', 'national-insurance', 'block'],
    ['They live at SW1A 2AA now', 'postcode', 'block'],
    ['Ring 07700 900123 after five', 'telephone', 'block'],
    ['or (020) 7946 0123 at work', 'telephone', 'block'],
    ['ring oh seven seven double oh nine double oh one two three', 'telephone', 'block'],
    ['a Ford, AB12 CDE, was seen', 'vehicle-registration', 'block-unless-reason'],
    ['licence MORGA657054SM9IJ was shown', 'driving-licence', 'block'],
    ['passport number 123456789 was kept', 'passport', 'block'],
    ['write to kay.smith@example.org today', 'email', 'block'],
    ['see https://example.org/kay for more', 'url', 'block'],
    ['posted as @kay_09 at night', 'handle', 'block'],
    ['from 192.0.2.44 at night', 'ip-address', 'block'],
    ['PNC ID 97/1234567K', 'pnc-id', 'block'],
    ['crime ref 42/1187/23', 'case-reference', 'block-unless-reason'],
    ['Mosaic 2209117', 'case-reference', 'block-unless-reason'],
    ['born on 3 May 2009 in hospital', 'date-of-birth', 'block'],
    ['The pupil at Hillcrest Primary School told staff', 'school', 'block-unless-reason'],
    ['a flat in Acacia Avenue', 'street-address', 'block-unless-reason'],
    ['On 14 March 2023 the panel met', 'date', 'warn'],
    ['a 14-year-old boy', 'age', 'warn'],
    ['He has three sisters', 'family-composition', 'warn'],
    ['the family moved to Rotherham', 'place', 'warn'],
    ['A Somali family', 'nationality', 'warn'],
    ['Her father is a taxi driver', 'occupation', 'warn'],
  ] as const)('finds in "%s": %s', (text, kind, severity) => {
    const finding = check(text).find((one) => one.kind === kind);
    expect(finding?.severity).toBe(severity);
  });

  it.each([
    'Channel and Prevent were considered under Section 47 and the Signs of Safety approach.',
    'In March and May the school told Ofsted; by June Early Help had closed.',
    'Will the panel mark this as a hope for change? The family may have faith in the plan.',
    'Staff in Year 10 found reading hard and had a bath and a sandwich.',
    'Children Act duties, the Multi-Agency Safeguarding Hub and CAMHS were discussed with the DSL.',
  ])('leaves alone: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('carries a name through every field', () => {
    const { findings } = checkAnonymity({
      fields: [
        { path: 'situation', text: 'Kayleigh Smith lives with her aunt.' },
        { path: 'learningPoints.2', text: 'We saw Kay twice. KAYLEIGH was calm, and K. agreed. Kayliegh wrote to us.' },
      ],
    });
    const later = findings.filter((finding) => finding.field === 'learningPoints.2').map((finding) => finding.text);
    expect(later).toEqual(['Kay', 'KAYLEIGH', 'K', 'Kayliegh']);
    expect(new Set(findings.map((finding) => finding.entity)).size).toBe(1);
  });

  it('names nobody in its explanations', () => {
    for (const finding of check('Kayleigh Smith, 14, of 12 Acacia Avenue, NHS 943 476 5870, met Dr Okonkwo.')) {
      expect(finding.why.toLowerCase()).not.toMatch(/kayleigh|smith|acacia|943|okonkwo/);
    }
  });

  it('gives up at its deadline', () => {
    expect(() => checkAnonymity({ fields: [{ path: 'a', text: 'words '.repeat(1000) }] }, { deadlineMs: 0 })).toThrow(
      GuardTimeout,
    );
  });
});

const awkward = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'Kayleigh',
      '943 476 5870',
      'on 3 May 2023',
      '\u200b',
      'e\u0301',
      'ﬁ',
      '𝐊ay',
      'Ⅳ',
      '\n',
      'Mr Ó Briain',
      '½',
      '@kay',
    ),
  ),
  { maxLength: 12 },
);

describe('whatever the text', () => {
  it('puts every finding on the author’s own words, in order and without overlap', () => {
    fc.assert(
      fc.property(awkward, (parts) => {
        const text = parts.join(' ');
        let last = 0;
        for (const finding of check(text)) {
          expect(finding.start).toBeGreaterThanOrEqual(last);
          expect(finding.end).toBeGreaterThan(finding.start);
          expect(finding.end).toBeLessThanOrEqual(text.length);
          expect(text.slice(finding.start, finding.end)).toBe(finding.text);
          last = finding.end;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never weighs more after a generalisation', () => {
    const sentence = fc.constantFrom(
      'Kayleigh Smith told Mrs Begum about it.',
      'On 14 March 2023 the family moved to Luton.',
      'A 14-year-old boy at Hillcrest Primary School.',
      'He was 9 when his father, a taxi driver, left.',
      'She has three brothers; they are Somali.',
      'Write to kay@example.org or ring 07700 900123.',
      'They live at 12 Acacia Avenue, SW1A 2AA.',
      'Dr Okonkwo saw him in May 2023.',
      'DOB 03/05/2009, NHS 943 476 5870.',
      'Channel closed the case.',
    );
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 4 }), fc.nat(), (sentences, pick) => {
        const text = sentences.join(' ');
        const findings = check(text);
        const finding = findings[pick % Math.max(findings.length, 1)];
        if (!finding) {
          return;
        }
        const after = worst(applyGeneralisation(text, finding));
        const before = worst(text);
        if (after !== undefined && before !== undefined) {
          expect(compareSeverity(after, before)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
