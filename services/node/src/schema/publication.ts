import type { Generated } from 'kysely';

/** One signed entry of the append-only publication log; undelivered entries are the outbox. */
export type PublicationTable = {
  epoch: number;
  seq: number;
  op: string;
  record: string | null;
  revision: number | null;
  hash: string;
  prev: string;
  envelope: string;
  body: Buffer | null;
  salt: Buffer | null;
  review: string | null;
  edition: number | null;
  content_hash: string | null;
  publisher: string | null;
  created_at: Generated<Date>;
  /** Part of a conformance run. */
  synthetic: Generated<boolean>;
  delivered_at: Date | null;
  /** Taken back from the hub after a restore. */
  recovered: Generated<boolean>;
};
