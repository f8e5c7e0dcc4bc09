import type { HubContext } from '../../context.ts';
import { endTasks } from '../indexing/store.ts';
import { lockMember } from '../ingest/store.ts';
import { issueReceipts } from '../receipts/issue-receipts.ts';
import { signProof } from './certifying.ts';
import { giveTombstones, markPurged, type ToPurge, withdrawalsToPurge } from './store.ts';
import { recordStores } from './stores.ts';

type Context = Pick<HubContext, 'database' | 'index' | 'hub' | 'log'>;

const batch = 100;

/**
 * Purges what was withdrawn from every store and proves it: the `purged` receipt and its certificate are signed only after
 * each store was asked and held nothing. A store that still holds something keeps its record from being certified, and no
 * other. Gives whether there was anything to do; throws when something was left, to be tried again.
 */
export async function purgeWithdrawn(context: Context, stores = recordStores): Promise<boolean> {
  const told = await giveTombstones(context.database, batch);
  const withdrawals = await withdrawalsToPurge(context.database, batch);
  if (withdrawals.length === 0) return told;
  for (const store of stores) {
    await store.purge(
      context,
      withdrawals.map(({ record }) => record),
    );
  }
  let left = 0;
  for (const withdrawal of withdrawals) {
    const holding = [];
    for (const store of stores) if (await store.holds(context, withdrawal)) holding.push(store.name);
    if (holding.length === 0) await certify(context, withdrawal, stores);
    else {
      left += 1;
      context.log.error({ record: withdrawal.record, stores: holding }, 'a withdrawn record is still held');
    }
  }
  if (left > 0) throw new Error(`${left} withdrawn records are still held`);
  return true;
}

async function certify(context: Context, withdrawal: ToPurge, stores: typeof recordStores): Promise<void> {
  const { hub } = context;
  const { record, node, epoch, seq, op, revision, hash, hiddenAt } = withdrawal;
  await context.database.transaction(async (tx) => {
    await lockMember(tx, node);
    if (!(await endTasks(tx, [withdrawal])).has(record)) return;
    const proved = { node, record, revision, hash, hiddenAt, stores };
    const { certificate, purgedAt } = await signProof(tx, hub, proved);
    await markPurged(tx, record, certificate, purgedAt);
    await issueReceipts(tx, hub, node, [
      { node, epoch, seq, op, record, revision, hash, state: 'purged', reason: null, certificate },
    ]);
  });
}
