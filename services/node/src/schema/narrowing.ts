/** A `rescope` of this node, by its hash, that excludes somebody who could see the record: a withdrawal for them. */
export type NarrowingTable = {
  hash: string;
  asked_by: string | null;
  /** When it was last sent ahead. */
  tried_at: Date | null;
  /** Since when nobody sees the record whom it excludes, by the hub's clock. */
  hidden_at: Date | null;
  purged_at: Date | null;
  certificate: string | null;
};
