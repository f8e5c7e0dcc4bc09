import type { PublicJwk } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** A node's public key. */
export type MemberKeyTable = {
  kid: string;
  node: string;
  jwk: JSONColumnType<Record<string, string>>;
  /** The last place for which the key is trusted, where a person has marked it. */
  not_trusted_after_epoch: Generated<number | null>;
  not_trusted_after_seq: Generated<number | null>;
  retired_at: Generated<Date | null>;
  /** The publication that added it; null for the key of the enrolment and one of a recovery. */
  added_epoch: Generated<number | null>;
  added_seq: Generated<number | null>;
  added_at: Generated<Date>;
  /** The change that brought it, as a recovery key signed it, and the public half of that; null for every other key. */
  recovery: Generated<string | null>;
  recovery_signer: JSONColumnType<PublicJwk> | null;
};
