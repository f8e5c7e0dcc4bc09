import { z } from 'zod';
import { idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import { protocolLimits } from './limits.ts';

/** By what somebody could be recognised in a learning record, as people choose and read it. */
export const riskKinds = {
  'known-locally': 'Details that people in the area would know',
  'press-or-social-media': 'What was in the news or on social media',
  'several-details': 'Several details together',
  'left-in': 'Something left in that should have been taken out',
  other: 'Something else',
} as const satisfies Record<string, string>;

export type RiskKind = keyof typeof riskKinds;

const kinds = Object.keys(riskKinds) as [RiskKind, ...RiskKind[]];

/** Words about a record: some, not too many, without white space at either end. */
const wordsSchema = z
  .string()
  .min(1)
  .max(protocolLimits.riskReportCharacters)
  .refine((words) => words === words.trim(), 'starts or ends with white space');

/**
 * A report that somebody could be recognised in a record of another authority. `id` is made by the node, so that sending it
 * again does no harm; `says` is where in the record, and why. Nothing in it tells who at the authority made it.
 */
export const riskReportRequestSchema = z.strictObject({
  id: idSchema,
  record: idSchema,
  how: z.enum(kinds),
  says: wordsSchema,
});

/** Why the owner leaves the record as it is. */
export const riskAnswerRequestSchema = z.strictObject({ says: wordsSchema });

/**
 * What became of a report. `closed` is all that an authority reads of it once the record is not for it any more, whatever
 * became of that since.
 */
export const riskReportStates = ['open', 'withdrawn', 'revised', 'narrowed', 'kept', 'closed'] as const;

export type RiskReportState = (typeof riskReportStates)[number];

/**
 * A report as the hub tells it to the authority that made it, or to the owner of the record, who learns from whom it is (`by`).
 * The reporter is never told whose the record is. What a state does not allow to be said is null.
 */
export const riskReportSchema = z.looseObject({
  id: idSchema,
  side: z.enum(['made', 'received']),
  state: z.enum(riskReportStates),
  record: idSchema.nullable(),
  revision: ordinalSchema.nullable(),
  how: z.string().nullable(),
  says: z.string().nullable(),
  by: z.looseObject({ authority: idSchema, name: z.string() }).nullable(),
  at: instantSchema,
  settledAt: instantSchema.nullable(),
  answer: z.string().nullable(),
});

/** Every report that is the node's to know, by id; `next` is what to ask `after`, or null at the end. */
export const riskReportsResponseSchema = z.looseObject({
  reports: z.array(riskReportSchema),
  next: idSchema.nullable(),
});

export type RiskReportRequest = z.infer<typeof riskReportRequestSchema>;
export type RiskReport = z.infer<typeof riskReportSchema>;
export type RiskReportsResponse = z.infer<typeof riskReportsResponseSchema>;
