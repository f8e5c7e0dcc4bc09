import { z } from 'zod';
import { memberStates } from './enrolment.ts';
import { digestSchema, idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import { publicJwkSchema } from './keys.ts';
import { chainPlaceSchema } from './problem.ts';
import { compactJwsSchema } from './publication-messages.ts';

/** The steps of the conformance run, in order: four publications, then what both ends see of the last one. */
export const conformanceSteps = ['publish', 'revise', 'rescope', 'withdraw', 'purge', 'read-receipts'] as const;

export type ConformanceStep = (typeof conformanceSteps)[number];

/** How a step stands. `reason` is the receipt's, where it failed. */
export const conformanceStepSchema = z.looseObject({
  step: z.enum(conformanceSteps),
  state: z.enum(['waiting', 'done', 'failed']),
  at: instantSchema.nullable(),
  reason: z.string().nullable(),
});

export type ConformanceStepState = z.infer<typeof conformanceStepSchema>;

/** A place in a node's log. */
export const logPlaceSchema = z.strictObject({ epoch: ordinalSchema, seq: z.int().min(0) });

export type LogPlace = z.infer<typeof logPlaceSchema>;

/** Whether a place comes after the last one for which something holds; nothing comes after a last place that is not set. */
export function isAfter({ epoch, seq }: LogPlace, last: LogPlace | undefined): boolean {
  return last !== undefined && (epoch > last.epoch || (epoch === last.epoch && seq > last.seq));
}

/** A change of keys that the hub took, as it was signed, and the public half of the recovery key that signed it. */
export const takenRecoverySchema = z.looseObject({ signer: publicJwkSchema, recovery: compactJwsSchema });

export type TakenRecovery = z.infer<typeof takenRecoverySchema>;

/** What the hub has registered of a node, for the node: the answer to `GET /api/v1/membership`. */
export const membershipResponseSchema = z.looseObject({
  node: idSchema,
  authority: idSchema,
  state: z.enum(memberStates),
  mayPublish: z.boolean(),
  isServed: z.boolean(),
  /** The place in the log that the hub wants next. */
  next: chainPlaceSchema,
  keys: z.array(
    z.looseObject({
      kid: digestSchema,
      from: instantSchema,
      retired: instantSchema.nullable(),
      /** The last place that the key is trusted for, where a person has marked it. */
      notTrustedAfter: logPlaceSchema.nullable(),
    }),
  ),
  /** The id of the recovery key; null of a node that enrolled before there were any. */
  recovery: digestSchema.nullable(),
  /** Every change of keys by a recovery key, oldest first: see `followRecoveries`. */
  recoveries: z.array(takenRecoverySchema),
  conformance: z.array(conformanceStepSchema),
});

export type MembershipResponse = z.infer<typeof membershipResponseSchema>;
