import { z } from 'zod';
import { describeIssues } from './describe-issues.ts';
import { chunkDigestsSchema, chunkNameSchema, digestOfChunks, holdingSchema } from './holdings.ts';
import { digestSchema, idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import type { KeyLookup, SigningKey } from './keys.ts';
import { protocolVersion } from './limits.ts';
import { chainPlaceSchema } from './problem.ts';
import { ProtocolError } from './protocol-error.ts';
import { compactJwsSchema, publicationItemSchema } from './publication-messages.ts';
import { type CompactJws, signDocument, verifyDocument } from './signing.ts';

/** How two ends stand: alike; one has publications that the other lacks; or they hold different things for the same log. */
export const standings = ['synchronised', 'behind', 'diverged'] as const;
export type Standing = (typeof standings)[number];

/** A place in a log that is filled: `hash` is that of the envelope there, or of the start of the epoch where `seq` is 0. */
export const chainHeadSchema = z.strictObject({ epoch: ordinalSchema, seq: z.int().min(0), hash: digestSchema });

/**
 * What one end holds of a node, at one place in its log: how many records, and a digest over all of them. Signed by the
 * hub it is proof of what the hub holds; signed by the node, of what it says that the hub should hold.
 */
export const manifestSchema = z.looseObject({
  v: z.literal(protocolVersion),
  by: z.enum(['hub', 'node']),
  hub: idSchema,
  node: idSchema,
  head: chainHeadSchema,
  shared: z.int().min(0),
  withdrawn: z.int().min(0),
  digest: digestSchema,
  at: instantSchema,
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestDraft = Omit<z.infer<typeof manifestSchema>, 'v'>;

/** A node asks for its next epoch: where the one before ended at the hub, and the digest of everything held up to there. */
export const epochRequestSchema = z.looseObject({
  v: z.literal(protocolVersion),
  hub: idSchema,
  node: idSchema,
  epoch: z.int().min(2),
  from: chainHeadSchema,
  digest: digestSchema,
  at: instantSchema,
});

export type EpochRequest = z.infer<typeof epochRequestSchema>;

/** A person at the hub approved an epoch that follows a place. A hub that was rebuilt takes its own word for it. */
export const epochApprovalSchema = z.looseObject({
  v: z.literal(protocolVersion),
  hub: idSchema,
  node: idSchema,
  epoch: z.int().min(2),
  from: chainHeadSchema,
  at: instantSchema,
});

export type EpochApproval = z.infer<typeof epochApprovalSchema>;

/** Signs a manifest with the key of the end that makes it. */
export function signManifest(draft: Omit<ManifestDraft, 'v'>, key: SigningKey): CompactJws {
  return signDocument(read(manifestSchema, { v: protocolVersion, ...draft }), 'px-manifest+jws', key);
}

/** Verifies a manifest; `manifest-invalid` when it is not one, beside the codes of `verifyDocument`. */
export function verifyManifest(jws: string, keyLookup: KeyLookup): Manifest {
  return read(manifestSchema, verifyDocument(jws, 'px-manifest+jws', keyLookup).document);
}

/** Signs a node's request for an epoch. */
export function signEpochRequest(draft: Omit<EpochRequest, 'v'>, key: SigningKey): CompactJws {
  return signDocument(read(epochRequestSchema, { v: protocolVersion, ...draft }), 'px-epoch-request+jws', key);
}

/** Verifies a node's request for an epoch; `manifest-invalid` when it is not one. */
export function verifyEpochRequest(jws: string, keyLookup: KeyLookup): EpochRequest {
  return read(epochRequestSchema, verifyDocument(jws, 'px-epoch-request+jws', keyLookup).document);
}

/** Signs the approval of an epoch with the hub's key. */
export function signEpochApproval(draft: Omit<EpochApproval, 'v'>, key: SigningKey): CompactJws {
  return signDocument(read(epochApprovalSchema, { v: protocolVersion, ...draft }), 'px-epoch-approval+jws', key);
}

/** Verifies the approval of an epoch; `manifest-invalid` when it is not one. */
export function verifyEpochApproval(jws: string, keyLookup: KeyLookup): EpochApproval {
  return read(epochApprovalSchema, verifyDocument(jws, 'px-epoch-approval+jws', keyLookup).document);
}

function read<T>(schema: z.ZodType<T>, document: unknown): T {
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw new ProtocolError('manifest-invalid', describeIssues(parsed.error));
  return parsed.data;
}

/** Where the hub stands with a node: the place that it wants next, and the digests of what it took ahead of its place. */
export const cursorResponseSchema = z.looseObject({ next: chainPlaceSchema, ahead: z.array(digestSchema).default([]) });
export type CursorResponse = z.infer<typeof cursorResponseSchema>;

/** A node's own manifest, to be compared. */
export const comparisonRequestSchema = z.strictObject({ manifest: compactJwsSchema });

/** The hub's manifest of the same node, the digests of its chunks, and how the hub finds that both stand. */
export const comparisonResponseSchema = z.looseObject({
  manifest: compactJwsSchema,
  chunks: chunkDigestsSchema,
  standing: z.enum(standings),
});
export type ComparisonResponse = z.infer<typeof comparisonResponseSchema>;

/** Everything held in one chunk, in ascending order of record id. */
export const chunkResponseSchema = z.looseObject({ chunk: chunkNameSchema, holdings: z.array(holdingSchema) });
export type ChunkResponse = z.infer<typeof chunkResponseSchema>;

/**
 * A node's own publications as the hub holds them, in the order of the log, with the bodies that still exist; and its
 * withdrawals that the hub took ahead of their places and whose places have not come.
 */
export const logResponseSchema = z.looseObject({
  items: z.array(publicationItemSchema),
  ahead: z.array(compactJwsSchema),
});
export type LogResponse = z.infer<typeof logResponseSchema>;

export const epochsRequestSchema = z.strictObject({
  request: compactJwsSchema,
  /** An approval of the same epoch that the hub gave before, for a hub that has forgotten it. */
  approval: compactJwsSchema.optional(),
});

/** Whether a person has approved the epoch; the signed approval once one has. */
export const epochsResponseSchema = z.looseObject({
  state: z.enum(['awaiting-approval', 'approved']),
  approval: compactJwsSchema.nullable(),
});
export type EpochsResponse = z.infer<typeof epochsResponseSchema>;

/** The records that the hub built anew from publications that it had, and bodies that it was sent again. */
export const repairResponseSchema = z.looseObject({ repaired: z.array(idSchema) });
export type RepairResponse = z.infer<typeof repairResponseSchema>;

/** Whether chunk digests are those that a manifest's digest was made from. */
export function isDigestOf(manifest: Pick<Manifest, 'digest'>, chunks: Readonly<Record<string, string>>): boolean {
  return digestOfChunks(chunks) === manifest.digest;
}
