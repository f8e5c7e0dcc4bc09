import { z } from 'zod';
import { protocolLimits } from './limits.ts';
import { chainPlaceSchema, problemSchema } from './problem.ts';
import { type CompactJws, isCompactJws } from './signing.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/, 'is not base64url');

/** A compact JWS by its shape and size; its signature is checked when it is opened. */
export const compactJwsSchema = z
  .string()
  .max(protocolLimits.jwsBytes)
  .refine((text): text is CompactJws => isCompactJws(text), { message: 'is not a compact JWS' });

/**
 * One publication on the wire: the signed envelope, and beside it the body's canonical bytes and their salt, both
 * base64url, when the operation carries a body that still exists.
 */
export const publicationItemSchema = z.strictObject({
  envelope: compactJwsSchema,
  // How long they may be is asked when they are opened, and answered with its own code.
  body: base64url.optional(),
  salt: base64url.max(64, 'is too long').optional(),
});

/** A batch: publications of one node, in the order of its log. */
export const publicationsRequestSchema = z.strictObject({
  items: z.array(publicationItemSchema).min(1).max(protocolLimits.batchItems),
});

/**
 * The answer to a batch, once at least its first item was stored: one signed receipt for each item stored, in order;
 * the place that the hub wants next; and, where it stopped early, the problem of the item it stopped at.
 */
export const publicationsResponseSchema = z.looseObject({
  receipts: z.array(compactJwsSchema).min(1),
  next: chainPlaceSchema,
  refused: problemSchema.nullable(),
});

/** The receipts feed: what the hub has said about this node's publications after a position, oldest first. */
export const receiptsResponseSchema = z.looseObject({
  receipts: z.array(
    z.object({
      position: z.int().min(1),
      jws: compactJwsSchema,
      /** The purge certificate that a `purged` receipt names. */
      certificate: compactJwsSchema.optional(),
    }),
  ),
  /** What to ask `after` next time. */
  next: z.int().min(0),
});

export type PublicationItem = z.infer<typeof publicationItemSchema>;
export type PublicationsRequest = z.infer<typeof publicationsRequestSchema>;
export type PublicationsResponse = z.infer<typeof publicationsResponseSchema>;
export type ReceiptsResponse = z.infer<typeof receiptsResponseSchema>;
