import type { NodeContext } from '../../context.ts';
import { reportedRisks } from '../risk-reports/copies.ts';
import type { CopyStore } from './copy-store.ts';
import { feedPosition, markConfirmed, moveFeed } from './store.ts';

/** Every place of this node that keeps copies. */
export const copyStores: readonly CopyStore[] = [reportedRisks];

/**
 * Follows the tombstone feed: lets go of every copy of what was withdrawn, or is no longer for this authority, looks that
 * nothing is left, and confirms it to the hub. A store that cannot let go stops the confirmation; it is tried again.
 */
export async function letGo(
  context: Pick<NodeContext, 'database' | 'network' | 'log'>,
  stores: readonly CopyStore[] = copyStores,
): Promise<void> {
  if (!(await context.network.membership())) return;
  const hub = await context.network.hub();
  const followed = await feedPosition(context.database);
  let { position } = followed;
  for (;;) {
    const { tombstones, next } = await hub.tombstones(position);
    if (tombstones.length === 0) break;
    const records = tombstones.map(({ record }) => record);
    await context.database.transaction(async (tx) => {
      for (const store of stores) {
        await store.remove(tx, records);
        if (await store.holds(tx, records)) throw new Error(`${store.name} still keeps something that was taken back`);
      }
      await moveFeed(tx, next);
    });
    position = next;
  }
  if (position === followed.confirmed) return;
  await hub.confirmTombstones(position);
  await markConfirmed(context.database, position);
}
