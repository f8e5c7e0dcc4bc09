import { describe, expect, it } from 'vitest';
import { caseloadReturnSchema } from './caseload-return.ts';
import { describeIssues } from './describe-issues.ts';
import { exampleCaseloadReturn as example } from './testing/examples.ts';

describe('a caseload return', () => {
  it('is taken as it is', () => {
    expect(caseloadReturnSchema.parse(example)).toEqual(example);
  });

  it('may count nothing', () => {
    const nothing = {
      ...example,
      referrals: 0,
      assessments: 0,
      referralsByConcernCategory: {},
      assessmentsByConcernCategory: {},
      referralsBySource: {},
      referralsByThresholdDecision: {},
      referralsByAgeBand: {},
      outcomesByConcernCategory: {},
    };
    expect(caseloadReturnSchema.safeParse(nothing).success).toBe(true);
  });

  it.each<[string, object]>([
    ['a negative count', { referralsBySource: { school: 6, police: -1 } }],
    ['half a case', { assessments: 2.5 }],
    ['a category that is not in the vocabulary', { referralsByConcernCategory: { other: 5 } }],
    ['sources that do not sum', { referralsBySource: { school: 4 } }],
    ['threshold decisions that do not sum', { referralsByThresholdDecision: { channel: 6 } }],
    ['age bands that do not sum', { referralsByAgeBand: { unknown: 4 } }],
    ['categories that sum to too few', { referralsByConcernCategory: { islamist: 4 } }],
    ['assessed categories that sum to too few', { assessmentsByConcernCategory: { islamist: 2 } }],
    ['a financial year', { quarter: '2024-25' }],
    ['no children', { childPopulation: 0 }],
    ['a field that nobody declared', { note: 'x' }],
  ])('is refused with %s', (_, change) => {
    expect(caseloadReturnSchema.safeParse({ ...example, ...change }).success).toBe(false);
  });

  it('is described without what it held', () => {
    const parsed = caseloadReturnSchema.safeParse({
      ...example,
      secretName: 1,
      referralsBySource: { 'Mary Smith': 5 },
      quarter: 'Mary Smith',
    });
    const described = parsed.success ? '' : describeIssues(parsed.error);
    expect(described).toContain('quarter');
    expect(described).not.toMatch(/Mary|Smith|secretName/);
  });
});
