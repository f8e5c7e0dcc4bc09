import type { NodeContext } from '../../context.ts';
import { append } from '../publishing/append.ts';
import { lastEntry } from './store.ts';

/** How long a log may be quiet before the node says that it is alive. */
export const heartbeatAfterMs = 6 * 60 * 60 * 1000;

/** Writes a heartbeat into a log that has been quiet: the hub then knows that the node still holds its key and its log. */
export async function keepAlive(
  context: Pick<NodeContext, 'database' | 'keys' | 'network' | 'jobs' | 'log'>,
  now = Date.now(),
): Promise<void> {
  const membership = await context.network.membership();
  if (!membership) return;
  await context.database.transaction(async (tx) => {
    const last = await lastEntry(tx, membership.epoch);
    // A log with nothing in it has nothing to keep alive; the first publication begins it.
    if (last === null || now - last.getTime() < heartbeatAfterMs) return;
    await append(tx, context, membership.node, { op: 'heartbeat' }, null);
    tx.onCommit(() => void context.jobs.wake('deliver'));
  });
}
