import type { MemberState, PublicJwk } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** A node in the registry, with the head of its chain. `may_publish` and `is_served` are separate switches. */
export type MemberTable = {
  node: string;
  authority: string;
  state: MemberState;
  /** Where a suspended member returns to. */
  state_before: Generated<MemberState | null>;
  may_publish: Generated<boolean>;
  is_served: Generated<boolean>;
  epoch: Generated<number>;
  last_seq: Generated<number>;
  last_hash: string;
  last_receipt: Generated<number>;
  enrolled_at: Generated<Date>;
  last_heard_at: Date | null;
  live_at: Generated<Date | null>;
  recovery_kid: string | null;
  recovery_jwk: JSONColumnType<PublicJwk> | null;
};
