import type { Generated } from 'kysely';

/** What the hub answered, in the hub's own order. */
export type ReceiptTable = {
  position: number;
  epoch: number;
  seq: number;
  state: string;
  reason: string | null;
  jws: string;
  received_at: Generated<Date>;
};
