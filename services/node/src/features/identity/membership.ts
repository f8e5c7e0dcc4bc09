import type { Database } from '@practice-exchange/platform';
import type { PublicJwk } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { findMembership } from './store.ts';

/** Where this node stands in the network. */
export type Membership = {
  node: string;
  authority: string;
  epoch: number;
  hub: { id: string; url: string; keys: ReadonlyMap<string, PublicJwk> };
};

/** The membership as it was recorded when the node enrolled; null before. */
export async function readMembership(database: Database<NodeSchema>): Promise<Membership | null> {
  const row = await findMembership(database);
  if (!row) return null;
  return {
    node: row.node,
    authority: row.authority,
    epoch: row.epoch,
    hub: { id: row.hub_id, url: row.hub_url, keys: new Map(row.hub_keys.map(({ kid, key }) => [kid, key])) },
  };
}
