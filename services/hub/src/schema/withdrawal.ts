import type { Audience } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** A record that its owner has taken back. `phrase` is kept until the probes by it found nothing. */
export type WithdrawalTable = {
  record: string;
  node: string;
  epoch: number;
  seq: number;
  revision: number;
  hash: string;
  notice: string | null;
  phrase: string | null;
  /** Who could see it at last, where something narrowed it ahead of the log's turn. */
  narrowed_to: JSONColumnType<Audience> | null;
  /** The envelope, when it came ahead of its place in the log. */
  ahead_envelope: string | null;
  hidden_at: Generated<Date>;
  purged_at: Date | null;
  certificate: string | null;
};
