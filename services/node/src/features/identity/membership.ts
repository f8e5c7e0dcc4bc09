import type { Database } from '@practice-exchange/platform';
import type { LogPlace, MemberState, PublicJwk } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { findMembership } from './store.ts';

/** Where this node stands in the network. */
export type Membership = {
  node: string;
  authority: string;
  epoch: number;
  hub: { id: string; name: string; url: string; keys: ReadonlyMap<string, PublicJwk> };
  /** As the hub said last. */
  state: MemberState;
  mayPublish: boolean;
  isServed: boolean;
  enrolledAt: Date;
  liveAt: Date | null;
  recoveryKid: string | null;
  /** The newest place of this node's log that the hub said it holds. */
  atHub: LogPlace | null;
  askedAt: Date | null;
  /** The code of what kept the hub from saying more, since it was asked last. */
  problem: string | null;
};

/** The membership as it is recorded; null before the node has enrolled. */
export async function readMembership(database: Database<NodeSchema>): Promise<Membership | null> {
  const row = await findMembership(database);
  if (!row) return null;
  return {
    node: row.node,
    authority: row.authority,
    epoch: row.epoch,
    hub: {
      id: row.hub_id,
      name: row.hub_name,
      url: row.hub_url,
      keys: new Map(row.hub_keys.map(({ kid, key }) => [kid, key])),
    },
    state: row.state,
    mayPublish: row.may_publish,
    isServed: row.is_served,
    enrolledAt: row.enrolled_at,
    liveAt: row.live_at,
    recoveryKid: row.recovery_kid,
    atHub: row.hub_epoch === null || row.hub_seq === null ? null : { epoch: row.hub_epoch, seq: row.hub_seq },
    askedAt: row.asked_at,
    problem: row.problem,
  };
}
