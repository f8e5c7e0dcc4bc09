import {
  ageBands,
  codesOf,
  concernCategories,
  outcomes,
  referralSources,
  thresholdDecisions,
} from '@practice-exchange/vocabulary';
import { z } from 'zod';
import { quarterSchema } from './quarter.ts';

const count = z.int().min(0).max(1_000_000);
const countsBy = <const C extends string>(codes: [C, ...C[]]) => z.partialRecord(z.enum(codes), count);

/**
 * An authority's counts for one calendar quarter; a later revision replaces the whole return. A code that is left out
 * counts 0. Each table of referrals sums to `referrals` except the one by concern category, where several categories
 * may apply to one referral, so that it sums to at least that.
 */
export const caseloadReturnSchema = z
  .strictObject({
    quarter: quarterSchema,
    /** Children aged under 18 who live in the authority's area: the denominator of rates. */
    childPopulation: z.int().min(1).max(10_000_000),
    referrals: count,
    assessments: count,
    referralsByConcernCategory: countsBy(codesOf(concernCategories)),
    assessmentsByConcernCategory: countsBy(codesOf(concernCategories)),
    referralsBySource: countsBy(codesOf(referralSources)),
    referralsByThresholdDecision: countsBy(codesOf(thresholdDecisions)),
    referralsByAgeBand: countsBy(codesOf(ageBands)),
    /** Cases that ended in the quarter, by outcome and by concern category. */
    outcomesByConcernCategory: z.partialRecord(z.enum(codesOf(concernCategories)), countsBy(codesOf(outcomes))),
  })
  .superRefine((value, context) => {
    const mismatch = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    for (const field of ['referralsBySource', 'referralsByThresholdDecision', 'referralsByAgeBand'] as const) {
      if (sum(value[field]) !== value.referrals) mismatch(field, 'does not sum to the referrals');
    }
    if (sum(value.referralsByConcernCategory) < value.referrals) {
      mismatch('referralsByConcernCategory', 'sums to fewer than the referrals');
    }
    if (sum(value.assessmentsByConcernCategory) < value.assessments) {
      mismatch('assessmentsByConcernCategory', 'sums to fewer than the assessments');
    }
  });

export type CaseloadReturn = z.infer<typeof caseloadReturnSchema>;

function sum(counts: Partial<Record<string, number>>): number {
  return Object.values(counts).reduce<number>((total, value) => total + (value ?? 0), 0);
}
