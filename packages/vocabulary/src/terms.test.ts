import { describe, expect, it } from 'vitest';
import { termConcept, termConcepts } from './terms.ts';
import { readTerms } from './terms-read.ts';

const plain = (wording: string) =>
  wording
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

describe('terminology', () => {
  it('names every concept once', () => {
    const ids = termConcepts.map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('relates concepts only to others that exist', () => {
    const broken = termConcepts.flatMap(({ id, related = [], broader }) =>
      [...related, ...(broader === undefined ? [] : [broader])]
        .filter((other) => other === id || termConcept(other) === undefined)
        .map((other) => `${id} -> ${other}`),
    );
    expect(broken).toEqual([]);
  });

  it('gives a concept no wording twice', () => {
    const twice = termConcepts.flatMap(({ id, preferred, alternatives }) => {
      const wordings = [preferred, ...alternatives].map(plain);
      return wordings.filter((wording, i) => wordings.indexOf(wording) !== i).map((wording) => `${id}: ${wording}`);
    });
    expect(twice).toEqual([]);
  });

  it('keeps contested concepts apart: none shares a wording with another concept, and each leads to its neighbours', () => {
    for (const { id, preferred, alternatives, related, contested } of termConcepts) {
      if (contested === undefined) continue;
      const own = new Set([preferred, ...alternatives].map(plain));
      const others = termConcepts.filter((other) => other.id !== id);
      const shared = others.filter((other) =>
        [other.preferred, ...other.alternatives].some((each) => own.has(plain(each))),
      );
      expect(shared.map((other) => `${id} = ${other.id}`)).toEqual([]);
      expect(related?.length ?? 0).toBeGreaterThan(0);
    }
  });

  it.each([
    ['CIN', 'child-in-need'],
    ['s47', 'section-47'],
    ['LADO', 'lado'],
    ['XRW', 'extreme-right-wing'],
    ['MAPPA', 'mappa'],
    ['CTP', 'counter-terrorism-policing'],
    ['CTLP', 'counter-terrorism-local-profile'],
    ['EIF', 'early-intervention-foundation'],
    ['CLA', 'looked-after-child'],
    ['ICPC', 'child-protection-conference'],
  ])('knows %s', (abbreviation, id) => {
    const concept = termConcept(id);
    expect(concept?.alternatives).toContain(abbreviation);
  });

  it('is read from a text that people edit', () => {
    const text = `
front-door
  Front door; MASH;
  duty team
  < referral
  ~ step-up,
    step-down
channel
  Channel
`;
    expect(readTerms(text)).toEqual([
      {
        id: 'front-door',
        preferred: 'Front door',
        alternatives: ['MASH', 'duty team'],
        broader: 'referral',
        related: ['step-up', 'step-down'],
      },
      { id: 'channel', preferred: 'Channel', alternatives: [] },
    ]);
    expect(() => readTerms('front-door\n  ~ channel')).toThrow('front-door');
  });
});
