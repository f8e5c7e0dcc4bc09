import {
  ageBands,
  agencies,
  codesOf,
  concernCategories,
  familyEngagement,
  interventions,
  legitimacyChallenges,
  outcomes,
  referralSources,
  regions,
  settings,
  sexes,
  themes,
  thresholdDecisions,
} from '@practice-exchange/vocabulary';
import { z } from 'zod';

const passage = z.string().trim().min(1).max(12_000);
const several = <const C extends string>(codes: [C, ...C[]]) =>
  z
    .array(z.enum(codes))
    .min(1)
    .max(codes.length)
    .refine((values) => new Set(values).size === values.length, {
      message: 'holds the same code twice',
    });

/** A calendar quarter, `2024-Q3`, or a financial year, `2024-25`: the finest time that a learning record may hold. */
export const periodSchema = z
  .string()
  .regex(/^20\d{2}-(Q[1-4]|\d{2})$/, 'is a quarter such as 2024-Q3 or a financial year such as 2024-25')
  .refine((period) => period.includes('Q') || (Number(period.slice(2, 4)) + 1) % 100 === Number(period.slice(5)), {
    message: 'is a financial year of two years in a row, such as 2024-25',
  });

/** The prose of a learning record, in the order in which it is read. */
export const learningProseSchema = z.object({
  title: z.string().trim().min(1).max(160),
  summary: z.string().trim().min(1).max(800),
  situation: passage,
  response: passage,
  whatHappened: passage,
  whatWorked: passage,
  whatDidNot: passage,
  learningPoints: z.array(z.string().trim().min(1).max(1000)).min(1).max(12),
  nextTime: passage,
});

/** The coded fields of a learning record. None holds an exact age, date or place. */
export const learningCodesSchema = z.object({
  themes: several(codesOf(themes)),
  concernCategories: several(codesOf(concernCategories)),
  referralSource: z.enum(codesOf(referralSources)),
  agencies: several(codesOf(agencies)),
  thresholdDecision: z.enum(codesOf(thresholdDecisions)),
  interventions: several(codesOf(interventions)),
  familyEngagementStart: z.enum(codesOf(familyEngagement)),
  familyEngagementEnd: z.enum(codesOf(familyEngagement)),
  legitimacyChallenges: several(codesOf(legitimacyChallenges)),
  outcome: z.enum(codesOf(outcomes)),
  ageBand: z.enum(codesOf(ageBands)),
  sex: z.enum(codesOf(sexes)),
  setting: z.enum(codesOf(settings)),
  region: z.enum(codesOf(regions)),
  period: periodSchema,
});

/**
 * The anonymised content of a published edition: the only form in which a case leaves a node.
 * Unknown keys are refused, so that nothing private can ride along.
 */
export const learningRecordSchema = z.strictObject({
  ...learningProseSchema.shape,
  ...learningCodesSchema.shape,
});

export type LearningProse = z.infer<typeof learningProseSchema>;
export type LearningCodes = z.infer<typeof learningCodesSchema>;
export type LearningRecord = z.infer<typeof learningRecordSchema>;

/** A learning record as it is written: its prose, and its codes. */
export function splitRecord(record: LearningRecord): { prose: LearningProse; codes: LearningCodes } {
  const { title, summary, situation, response, whatHappened, ...rest } = record;
  const { whatWorked, whatDidNot, learningPoints, nextTime, ...codes } = rest;
  return {
    prose: { title, summary, situation, response, whatHappened, whatWorked, whatDidNot, learningPoints, nextTime },
    codes,
  };
}
