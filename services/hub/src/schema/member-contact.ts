/** When a member was heard last, how much it asked in that minute, and what it says of its own queue. */
export type MemberContactTable = {
  node: string;
  heard_at: Date;
  minute: Date;
  requests: number;
  undelivered: number | null;
  /** Since when it has said so without a break. */
  undelivered_since: Date | null;
  /** The position after which the node last asked for receipts: up to there it has them. */
  receipts_after: number | null;
};
