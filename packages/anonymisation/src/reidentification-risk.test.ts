import { describe, expect, it } from 'vitest';
import { type RiskCodes, reidentificationRisk, severityOfClassSize } from './reidentification-risk.ts';

const base: RiskCodes = {
  ageBand: '13-to-15',
  sex: 'male',
  region: 'north-west',
  period: '2024-Q3',
  concernCategories: ['islamist'],
  setting: 'secondary-school',
  outcome: 'concern-reduced',
};
const copies = (count: number, change: Partial<RiskCodes> = {}) =>
  Array.from({ length: count }, () => ({ ...base, ...change }));

describe('re-identification risk', () => {
  it('counts the candidate with those who share every attribute', () => {
    const risk = reidentificationRisk({ candidate: base, corpus: [...copies(4), ...copies(6, { region: 'london' })] });
    expect(risk.k).toBe(5);
    expect(risk.smallestUniqueCombinations).toEqual([]);
    expect(risk.generaliseNext).toBeNull();
  });

  it('names the smallest combinations that single someone out, and what to generalise', () => {
    const corpus = [
      ...copies(5, { sex: 'female', setting: 'home' }),
      ...copies(5, { setting: 'home' }),
      ...copies(5, { sex: 'female' }),
    ];
    const risk = reidentificationRisk({ candidate: base, corpus });
    expect(risk.k).toBe(1);
    expect(risk.smallestUniqueCombinations).toEqual([{ attributes: ['sex', 'setting'], count: 1 }]);
    expect(['sex', 'setting']).toContain(risk.generaliseNext);
  });

  it('reports a single attribute once and not again within larger combinations', () => {
    const risk = reidentificationRisk({ candidate: { ...base, setting: 'custody' }, corpus: copies(9) });
    expect(risk.smallestUniqueCombinations).toEqual([{ attributes: ['setting'], count: 1 }]);
    expect(risk.generaliseNext).toBe('setting');
  });

  it('reads the year from quarters and financial years alike, and lets what is withheld match everyone', () => {
    expect(reidentificationRisk({ candidate: base, corpus: copies(2, { period: '2024-25' }) }).k).toBe(3);
    expect(
      reidentificationRisk({ candidate: { ...base, sex: 'withheld' }, corpus: copies(2, { sex: 'female' }) }).k,
    ).toBe(3);
    expect(reidentificationRisk({ candidate: base, corpus: copies(2, { sex: 'unknown' }) }).k).toBe(3);
  });

  it('requires all of several categories', () => {
    const candidate = { ...base, concernCategories: ['islamist', 'incel'] };
    expect(reidentificationRisk({ candidate, corpus: copies(9) }).k).toBe(1);
  });

  it('counts different outcomes in the class', () => {
    expect(reidentificationRisk({ candidate: base, corpus: copies(5) }).outcomeDiversity).toBe(1);
    expect(
      reidentificationRisk({ candidate: base, corpus: [...copies(5), ...copies(1, { outcome: 'escalated' })] })
        .outcomeDiversity,
    ).toBe(2);
  });

  it('flags an event only when date, place and event stand together', () => {
    const signals = { exactDate: true, place: true, rareEvent: true };
    expect(reidentificationRisk({ candidate: base, corpus: [], signals }).eventLinkability).toBe(true);
    expect(
      reidentificationRisk({ candidate: base, corpus: [], signals: { ...signals, place: false } }).eventLinkability,
    ).toBe(false);
  });

  it('blocks below three, asks for a reason below five', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(severityOfClassSize)).toEqual([
      'block',
      'block',
      'block',
      'block-unless-reason',
      'block-unless-reason',
      null,
      null,
    ]);
  });
});
