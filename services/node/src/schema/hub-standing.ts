import type { Standing } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';
import type { Difference } from '../features/resyncing/difference.ts';

/** How this node and the hub stood when they last compared, and how far the hub's receipts have been read. */
export type HubStandingTable = {
  only_row: Generated<boolean>;
  standing: Standing | null;
  cause: string | null;
  compared_at: Date | null;
  differences: JSONColumnType<Difference[]>;
  /** The hub's signed manifest. */
  manifest: string | null;
  receipts_position: number;
  /** The digest of the receipt at that position. */
  receipts_last: string | null;
  /** The signed request for an epoch that waits for approval. */
  epoch_request: string | null;
};

/** The hub's signed approval of an epoch: a hub that was rebuilt is shown it. */
export type EpochApprovalTable = {
  epoch: number;
  approval: string;
  received_at: Generated<Date>;
};

/** What was signed after a restore for places that were taken already, and never left the node. */
export type SetAsidePublicationTable = {
  hash: string;
  epoch: number;
  seq: number;
  op: string;
  record: string | null;
  envelope: string;
  review: string | null;
  created_at: Date;
  set_aside_at: Generated<Date>;
};

/** What the hub took ahead of a place that the log lost in a restore and will never fill. */
export type TakenAheadTable = {
  record: string;
  op: 'withdraw' | 'rescope';
  envelope: string;
};
