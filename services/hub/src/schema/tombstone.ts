import type { Generated } from 'kysely';

/** What stays of a withdrawn record: that it was, and that it is gone. */
export type TombstoneTable = {
  record: string;
  node: string;
  epoch: number;
  seq: number;
  withdrawn_at: Generated<Date>;
};
