import type { Generated } from 'kysely';

/** A node in the registry, with the head of its chain. `may_publish` and `is_served` are separate switches. */
export type MemberTable = {
  node: string;
  authority: string;
  state: 'enrolled' | 'live' | 'frozen';
  may_publish: Generated<boolean>;
  is_served: Generated<boolean>;
  epoch: Generated<number>;
  last_seq: Generated<number>;
  last_hash: string;
  last_receipt: Generated<number>;
  enrolled_at: Generated<Date>;
  last_heard_at: Date | null;
};
