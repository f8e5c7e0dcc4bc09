import { z } from 'zod';
import { quarterSchema } from './quarter.ts';

const line = z.string().trim().min(1).max(200);
const passage = z.string().trim().min(1).max(6000);

/** What an authority can have agreed on, as the research recommends. */
export const agreementItems = [
  { code: 'responsibility', label: 'Who is responsible for these cases' },
  { code: 'definitions', label: 'What the terms mean' },
  { code: 'thresholds', label: 'Thresholds for each response' },
  { code: 'response', label: 'How the authority responds' },
  { code: 'single-referral-process', label: 'A single referral process' },
  { code: 'information-sharing', label: 'How information is shared between agencies' },
  { code: 'community-engagement', label: 'How communities are engaged' },
] as const;

export type AgreementItem = (typeof agreementItems)[number]['code'];

/** Whether something has been agreed inside the authority and with its partners. */
export const agreementSchema = z.enum(['yes', 'partly', 'no']);
export type Agreement = z.infer<typeof agreementSchema>;

/**
 * An authority's own account of how it responds: one per authority, replaced as a whole. `definitions` ties local terms
 * to network concepts, so that disagreement about words stays visible. It names functions and teams, never people.
 */
export const practiceStatementSchema = z.strictObject({
  responsible: z.strictObject({ lead: line, account: passage }),
  definitions: z
    .array(
      z.strictObject({
        concept: z
          .string()
          .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is a concept code such as early-help')
          .max(64),
        localTerm: line,
        meaning: z.string().trim().min(1).max(1500),
      }),
    )
    .max(60),
  thresholds: passage,
  referralProcess: z.strictObject({ single: agreementSchema, account: passage }),
  interventions: passage,
  communityEngagement: passage,
  agreed: z.strictObject({
    responsibility: agreementSchema,
    definitions: agreementSchema,
    thresholds: agreementSchema,
    response: agreementSchema,
    'single-referral-process': agreementSchema,
    'information-sharing': agreementSchema,
    'community-engagement': agreementSchema,
  } satisfies Record<AgreementItem, typeof agreementSchema>),
  lastConfirmed: quarterSchema,
});

export type PracticeStatement = z.infer<typeof practiceStatementSchema>;
