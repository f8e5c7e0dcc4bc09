import type { Generated } from 'kysely';

/** One row: when the hub was last heard, what went wrong since, and how far the tombstone feed has been followed. */
export type SyncStateTable = {
  only_row: Generated<boolean>;
  heard_at: Date | null;
  problem_code: string | null;
  problem_at: Date | null;
  tombstone_position: Generated<number>;
  tombstone_confirmed: Generated<number>;
};
