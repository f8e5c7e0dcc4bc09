import type { Generated } from 'kysely';

/** An epoch that a node asked for, as it signed the request, and the approval that the hub signed for it. */
export type EpochRequestTable = {
  node: string;
  epoch: number;
  request: string;
  from_epoch: number;
  from_seq: number;
  from_hash: string;
  asked_at: Generated<Date>;
  approved_at: Date | null;
  approved_by: string | null;
  approval: string | null;
};
