import type { CaseloadReturn } from '@practice-exchange/protocol';

/** A complete return of some referrals, spread over enough codes to be counted everywhere. A multiple of 4. */
export function exampleReturn(quarter: string, referrals: number): CaseloadReturn {
  const half = referrals / 2;
  const quarterOfThem = referrals / 4;
  return {
    quarter,
    childPopulation: 50_000,
    referrals,
    assessments: half,
    referralsByConcernCategory: { islamist: half, 'extreme-right-wing': half },
    assessmentsByConcernCategory: { islamist: quarterOfThem, 'extreme-right-wing': quarterOfThem },
    referralsBySource: { school: half, police: quarterOfThem, health: quarterOfThem },
    referralsByThresholdDecision: { 'early-help': half, 'no-further-action': half },
    referralsByAgeBand: { '13-to-15': half, '16-to-17': half },
    outcomesByConcernCategory: {
      islamist: { 'concern-reduced': quarterOfThem },
      'extreme-right-wing': { 'no-concern-found': quarterOfThem },
    },
  };
}
