import { z } from 'zod';
import { idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import { publicJwkSchema } from './keys.ts';
import { compactJwsSchema } from './publication-messages.ts';

/** Every path of the hub that a node asks. `learningPath` gives the one that holds an id. */
export const hubPaths = {
  wellKnown: '/.well-known/practice-exchange',
  enrolments: '/api/v1/enrolments',
  membership: '/api/v1/membership',
  keyRetirements: '/api/v1/key-retirements',
  keyRecoveries: '/api/v1/key-recoveries',
  publications: '/api/v1/publications',
  receipts: '/api/v1/receipts',
  cursor: '/api/v1/cursor',
  log: '/api/v1/log',
  manifest: '/api/v1/manifest',
  manifestChunk: '/api/v1/manifest/:chunk',
  epochs: '/api/v1/epochs',
  repairs: '/api/v1/repairs',
  search: '/api/v1/search',
  whatWasDone: '/api/v1/what-was-done',
  learning: '/api/v1/learning/:id',
  withdrawals: '/api/v1/withdrawals',
  withdrawal: '/api/v1/withdrawals/:id',
  tombstones: '/api/v1/tombstones',
  tombstonesConfirmed: '/api/v1/tombstones/confirmed',
  directory: '/api/v1/directory',
  anonymityCounts: '/api/v1/anonymity-counts',
  riskReports: '/api/v1/risk-reports',
  riskReportAnswer: '/api/v1/risk-reports/:id/answer',
} as const;

/** The path of one learning record. */
export function learningPath(id: string): string {
  return hubPaths.learning.replace(':id', idSchema.parse(id));
}

/** The path of one withdrawal. */
export function withdrawalPath(record: string): string {
  return hubPaths.withdrawal.replace(':id', idSchema.parse(record));
}

/** The path of the answer to one risk report. */
export function riskReportAnswerPath(report: string): string {
  return hubPaths.riskReportAnswer.replace(':id', idSchema.parse(report));
}

/**
 * A key of the hub and the time for which it signs receipts; a node trusts each receipt by the key it names. `succession` is
 * what the key before it signed; see `followHubKeys`.
 */
export const hubKeySchema = z.looseObject({
  kid: z.string(),
  key: publicJwkSchema,
  from: instantSchema.optional(),
  until: instantSchema.optional(),
  succession: compactJwsSchema.optional(),
});

/** What a hub says about itself to anyone: versions, id, keys, limits and addresses. */
export const wellKnownSchema = z.looseObject({
  hub: idSchema,
  name: z.string(),
  /** Protocol majors that the hub speaks, newest first. */
  versions: z.array(ordinalSchema).min(1),
  vocabulary: z.string(),
  keys: z.array(hubKeySchema).min(1),
  limits: z.looseObject({
    jwsBytes: ordinalSchema,
    bodyBytes: ordinalSchema,
    batchItems: ordinalSchema,
    requestBytes: ordinalSchema,
    tokenSeconds: ordinalSchema,
    receiptsWaitSeconds: z.int().min(0),
    requestsPerMinute: ordinalSchema.optional(),
    riskReportCharacters: ordinalSchema.optional(),
    riskReportsOpen: ordinalSchema.optional(),
  }),
  endpoints: z.looseObject({
    enrolments: z.string(),
    membership: z.string(),
    keyRetirements: z.string(),
    keyRecoveries: z.string(),
    publications: z.string(),
    receipts: z.string(),
    search: z.string(),
    whatWasDone: z.string(),
    learning: z.string(),
    withdrawals: z.string().optional(),
    withdrawal: z.string().optional(),
    tombstones: z.string().optional(),
    tombstonesConfirmed: z.string().optional(),
    directory: z.string(),
    anonymityCounts: z.string(),
    riskReports: z.string().optional(),
    riskReportAnswer: z.string().optional(),
  }),
});

export type WellKnown = z.infer<typeof wellKnownSchema>;
export type HubKey = z.infer<typeof hubKeySchema>;

/**
 * Reads a hub's well-known document, before there is a hub id to address a signed request to. Whoever joins compares the
 * id and the fingerprint of its key with the operator. Throws what `fetch` throws, or a `ZodError`.
 */
export async function readWellKnown(
  hubUrl: string,
  { fetch = globalThis.fetch, timeoutMs = 10_000 }: { fetch?: typeof globalThis.fetch; timeoutMs?: number } = {},
): Promise<WellKnown> {
  const response = await fetch(new URL(hubPaths.wellKnown, hubUrl), {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return wellKnownSchema.parse(await response.json());
}
