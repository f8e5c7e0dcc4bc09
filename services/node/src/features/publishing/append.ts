import { advisoryLock, type Database } from '@practice-exchange/platform';
import {
  type PublicationIntent,
  type SealedPublication,
  sealPublication,
  startOfEpoch,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { currentEpoch } from '../resyncing/store.ts';
import { appendPublication, headOfLog, type PublishedEdition } from './store.ts';

/**
 * Gives an intent its place at the end of the log. Sequence order equals commit order: the lock is held until commit. The
 * epoch is read under it, as another process may have begun the next.
 */
export async function append(
  tx: Database<NodeSchema>,
  { keys }: Pick<NodeContext, 'keys'>,
  node: string,
  intent: PublicationIntent,
  source: PublishedEdition | null,
): Promise<SealedPublication> {
  await advisoryLock(tx, 'publication-log');
  const epoch = await currentEpoch(tx);
  if (epoch === null) throw new Error('Nothing is published before the node has joined.');
  const head = (await headOfLog(tx, node, epoch)) ?? startOfEpoch(node, epoch);
  const sealed = sealPublication(head, intent, { key: await keys.current(tx), created: new Date().toISOString() });
  await appendPublication(tx, sealed, source);
  return sealed;
}
