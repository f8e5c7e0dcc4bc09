import type { Generated } from 'kysely';

/** A record that this authority has taken back, by whom and why. The reason of a removal never leaves the node. */
export type WithdrawalTable = {
  review: string;
  record: string;
  kind: 'withdrawn' | 'removed';
  reason: string;
  asked_by: string;
  asked_at: Generated<Date>;
  sent_ahead_at: Date | null;
};
