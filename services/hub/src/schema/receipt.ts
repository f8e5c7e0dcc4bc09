import type { Generated } from 'kysely';

/** The hub's signed answers, numbered for each node. */
export type ReceiptTable = {
  node: string;
  position: number;
  epoch: number;
  seq: number;
  state: string;
  reason: string | null;
  jws: string;
  /** The purge certificate that a `purged` receipt names. */
  certificate: string | null;
  created_at: Generated<Date>;
};
