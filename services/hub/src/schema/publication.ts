import type { Generated } from 'kysely';

/** Every publication as it was signed, without its body. */
export type PublicationTable = {
  node: string;
  epoch: number;
  seq: number;
  op: string;
  record: string | null;
  revision: number | null;
  hash: string;
  prev: string;
  envelope: string;
  synthetic: Generated<boolean>;
  received_at: Generated<Date>;
};
