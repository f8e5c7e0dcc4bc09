import type { MemberState, PublicJwk } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** This node's place in the network, once it has enrolled. */
export type MembershipTable = {
  only_row: Generated<boolean>;
  node: string;
  authority: string;
  hub_id: string;
  hub_url: string;
  hub_keys: JSONColumnType<{ kid: string; key: PublicJwk }[]>;
  epoch: number;
  enrolled_at: Generated<Date>;
  hub_name: Generated<string>;
  /** As the hub said last, at `asked_at`; `problem` is the code of what kept it from saying. */
  state: Generated<MemberState>;
  may_publish: Generated<boolean>;
  is_served: Generated<boolean>;
  live_at: Generated<Date | null>;
  recovery_kid: Generated<string | null>;
  asked_at: Generated<Date | null>;
  problem: Generated<string | null>;
  /** The newest place of this node's log that the hub holds. */
  hub_epoch: Generated<number | null>;
  hub_seq: Generated<number | null>;
};
