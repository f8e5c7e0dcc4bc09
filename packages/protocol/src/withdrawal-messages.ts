import { z } from 'zod';
import { digestSchema, idSchema, instantSchema } from './identifiers.ts';
import { compactJwsSchema } from './publication-messages.ts';

/**
 * Why a record is no longer there, for those who could see it. A withdrawal without one leaves a tombstone and says
 * nothing: a reason such as a risk to a child would only make people look.
 */
export const withdrawalNotices = {
  'out-of-date': 'the practice in it is out of date',
  replaced: 'the authority has published something that takes its place',
  'published-by-mistake': 'it was published by mistake',
  'no-reason-given': 'it gave no reason',
} as const satisfies Record<string, string>;

export type WithdrawalNotice = keyof typeof withdrawalNotices;

/** A withdrawal or a narrower audience that goes ahead of its place in the log: the very envelope that the log holds. */
export const aheadRequestSchema = z.strictObject({ envelope: compactJwsSchema });

/**
 * Where the withdrawal of a record stands, or, when it was only narrowed, its newest narrower audience: which envelope (its
 * hash), hidden, purged, with the purge certificate, and how many other nodes were told and have confirmed.
 */
export const withdrawalStandingSchema = z.looseObject({
  record: idSchema,
  why: z.enum(['withdrawn', 'narrowed']),
  envelope: digestSchema,
  certificate: compactJwsSchema.nullable(),
  hiddenAt: instantSchema,
  purgedAt: instantSchema.nullable(),
  copies: z.looseObject({ told: z.int().min(0), confirmed: z.int().min(0) }),
});

/** The tombstone feed of a node: records that it could see and can no longer. Positions count 1, 2, 3, … for each node. */
export const tombstonesResponseSchema = z.looseObject({
  tombstones: z.array(
    z.looseObject({
      position: z.int().min(1),
      record: idSchema,
      why: z.enum(['withdrawn', 'narrowed']),
      at: instantSchema,
    }),
  ),
  /** What to ask `after` next time. */
  next: z.int().min(0),
});

/** A node's word that nothing it keeps holds anything of the records up to a position of its feed. */
export const tombstonesConfirmedRequestSchema = z.strictObject({ upTo: z.int().min(1) });
export const tombstonesConfirmedResponseSchema = z.looseObject({ confirmed: z.int().min(0) });

export type WithdrawalStanding = z.infer<typeof withdrawalStandingSchema>;
export type TombstonesResponse = z.infer<typeof tombstonesResponseSchema>;
