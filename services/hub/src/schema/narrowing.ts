import type { Audience } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/**
 * A narrower audience of a record: a withdrawal for those whom it excludes. One that came ahead of its place in the log
 * (`ahead_envelope`) narrows whatever the log says of the audience meanwhile, until `ended_at`.
 */
export type NarrowingTable = {
  hash: string;
  node: string;
  epoch: number;
  seq: number;
  record: string;
  revision: number;
  audience: JSONColumnType<Audience>;
  ahead_envelope: string | null;
  hidden_at: Generated<Date>;
  ended_at: Date | null;
  purged_at: Date | null;
  certificate: string | null;
};
