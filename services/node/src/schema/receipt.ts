import type { Generated } from 'kysely';

/** What the hub answered, in the hub's own order. */
export type ReceiptTable = {
  position: number;
  epoch: number;
  seq: number;
  state: string;
  reason: string | null;
  jws: string;
  /** The purge certificate that came with it, once verified. */
  certificate: string | null;
  received_at: Generated<Date>;
};
