import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAnonymity } from './check-anonymity.ts';
import type { DenyEntry } from './finding.ts';

const hits = (text: string, ...entries: DenyEntry[]) =>
  checkAnonymity({ fields: [{ path: 'title', text }], denyList: entries }).findings.filter(
    (finding) => finding.kind === 'deny-list',
  );
const person = (value: string): DenyEntry => ({ value, kind: 'person' });

describe('the deny-list', () => {
  it.each([
    'kayleigh',
    'KAYLEIGH',
    'Kayleigh’s',
    'K a y l e i g h',
    'Kay-leigh',
    'Kay-\nleigh',
    'Kay\nleigh',
    'Kay\u200bleigh',
    'Kаyleigh',
    'Káylèigh',
    'Ｋａｙｌｅｉｇｈ',
    '𝗞𝗮𝘆𝗹𝗲𝗶𝗴𝗵',
    'Kay1eigh',
    'xxKayleighxx',
    'kayleigh2009',
    'K.a.y.l.e.i.g.h',
    'Kay\u00adleigh',
  ])('finds a listed name written as %j', (written) => {
    expect(hits(`We saw ${written} again today`, person('Kayleigh')).map((hit) => hit.severity)).toEqual(['block']);
  });

  it('finds the parts of a person, a street without its number and what is a school’s own', () => {
    expect(hits('Mrs Okonkwo came', person('Adaeze Okonkwo'))).toHaveLength(1);
    expect(hits('near Acacia Avenue', { value: '12 Acacia Avenue, Luton', kind: 'address' })).toHaveLength(1);
    expect(hits('staff at St Bede’s rang', { value: 'St Bede’s Catholic High School', kind: 'school' })).toHaveLength(
      1,
    );
  });

  it('leaves ordinary words that hold a listed name', () => {
    expect(hits('It was disgraceful and he marked it', person('Grace'), person('Mark'))).toEqual([]);
    expect(hits('they will have hope', person('Will Hope'))).toEqual([]);
  });

  it('asks for a reason where a listed name is an ordinary word in lower case', () => {
    expect(hits('they hope so', person('Hope')).map((hit) => hit.severity)).toEqual(['block-unless-reason']);
    expect(hits('then Hope left', person('Hope')).map((hit) => hit.severity)).toEqual(['block']);
  });
});

const letters = 'abcdefghijklmnopqrstuvwxyz';
const lookAlike: Record<string, string> = { a: 'а', e: 'е', o: 'о', c: 'с', p: 'р', x: 'х', y: 'у', i: 'і', s: 'ѕ' };
type Disguise = (value: string, at: number) => string;
const disguises: Record<string, Disguise> = {
  asItIs: (value) => value,
  upper: (value) => value.toUpperCase(),
  lower: (value) => value.toLowerCase(),
  possessive: (value) => `${value}'s`,
  curlyPossessive: (value) => `${value}’s`,
  spaced: (value) => [...value].join(' '),
  spaceInside: (value, at) => `${value.slice(0, at)} ${value.slice(at)}`,
  splitAcrossLines: (value, at) => `${value.slice(0, at)}\n${value.slice(at)}`,
  hyphenatedAcrossLines: (value, at) => `${value.slice(0, at)}-\n${value.slice(at)}`,
  zeroWidth: (value, at) => `${value.slice(0, at)}\u200b${value.slice(at)}`,
  softHyphen: (value, at) => `${value.slice(0, at)}\u00ad${value.slice(at)}`,
  lookAlikes: (value) => [...value].map((letter) => lookAlike[letter] ?? letter).join(''),
  fullWidth: (value) =>
    [...value]
      .map((letter) => (letter === ' ' ? letter : String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)))
      .join(''),
  diacritics: (value, at) => `${value.slice(0, at)}\u0301${value.slice(at)}`,
  doubledSpaces: (value) => value.replace(/ /g, '  \n '),
};

const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 3, maxLength: 9 });
const value = fc
  .array(word, { minLength: 1, maxLength: 3 })
  .map((words) => words.map((one) => one.charAt(0).toUpperCase() + one.slice(1)).join(' '));

describe('no listed value survives', () => {
  it.each(Object.entries(disguises))('%s', (_, disguise) => {
    fc.assert(
      fc.property(value, fc.nat(), fc.constantFrom('person', 'school', 'address', 'other'), (listed, seed, kind) => {
        const written = disguise(listed, 1 + (seed % (listed.length - 1)));
        const text = `Before it, ${written}, and after.`;
        const found = hits(text, { value: listed, kind });
        const covered = new Set(
          found.flatMap((hit) => Array.from({ length: hit.end - hit.start }, (_unused, i) => hit.start + i)),
        );
        const at = text.indexOf(written);
        for (let i = at; i < at + written.replace(/['’]s$/, '').length; i++) {
          if (/[\p{L}\p{N}]/u.test(text.charAt(i)) && !covered.has(i)) {
            throw new Error(`left uncovered at ${i - at}`);
          }
        }
      }),
      { numRuns: 120 },
    );
  });

  it('in any field', () => {
    fc.assert(
      fc.property(value, fc.array(fc.string(), { maxLength: 5 }), fc.nat(), (listed, others, place) => {
        const fields = [...others];
        fields.splice(place % (others.length + 1), 0, `x ${listed} y`);
        const { findings } = checkAnonymity({
          fields: fields.map((text, i) => ({ path: `learningPoints.${i}`, text })),
          denyList: [person(listed)],
        });
        expect(
          findings.some(
            (finding) =>
              finding.kind === 'deny-list' && finding.field === `learningPoints.${place % (others.length + 1)}`,
          ),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
