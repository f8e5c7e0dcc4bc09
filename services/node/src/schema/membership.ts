import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** This node's place in the network, once it has enrolled. */
export type MembershipTable = {
  only_row: Generated<boolean>;
  node: string;
  authority: string;
  hub_id: string;
  hub_url: string;
  hub_keys: JSONColumnType<Record<string, string>[]>;
  epoch: number;
  enrolled_at: Generated<Date>;
};
