import type { PublicJwk } from '@practice-exchange/protocol';
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
};
