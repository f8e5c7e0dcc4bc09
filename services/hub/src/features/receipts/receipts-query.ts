import { digestSchema, protocolLimits } from '@practice-exchange/protocol';
import { z } from 'zod';

/** What a node may ask of its receipts, and what it says of itself meanwhile. */
export const receiptsQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  waitMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(protocolLimits.receiptsWaitSeconds * 1000)
    .default(0),
  last: digestSchema.optional(),
  undelivered: z.coerce.number().int().min(0).optional(),
});
