import type { Database } from '@practice-exchange/platform';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { feedPosition, markConfirmed, moveFeed } from './store.ts';

/**
 * A place where this node keeps something of other authorities' learning for its people. Whoever builds one adds it to
 * {@link copyStores}: what others take back is then removed from it, and the hub is told only after it was looked at again.
 */
export type CopyStore = {
  readonly name: string;
  /** Removes all that it keeps of the records. Doing it again changes nothing. */
  remove(tx: Database<NodeSchema>, records: readonly string[]): Promise<void>;
  /** Whether it still keeps anything of one of the records. */
  holds(tx: Database<NodeSchema>, records: readonly string[]): Promise<boolean>;
};

/** Every place of this node that keeps copies. */
export const copyStores: readonly CopyStore[] = [];

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
