import { followHubKeys, HubProblem, readWellKnown } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { Membership } from '../identity/membership.ts';
import { saveHubKeys } from '../identity/store.ts';

/** Reads the hub's keys again and keeps those that a trusted key vouches for. Gives whether there was a new one. */
export async function learnHubKeys(
  context: Pick<NodeContext, 'database' | 'log'>,
  { hub }: Membership,
): Promise<boolean> {
  const { hub: id, keys } = await readWellKnown(hub.url).catch((cause: unknown) => {
    throw new HubProblem('unreachable', 0, { cause });
  });
  if (id !== hub.id) throw new HubProblem('another-hub', 0);
  const trusted = followHubKeys(hub.id, hub.keys, keys);
  const unknown = keys.filter(({ kid }) => !trusted.has(kid)).length;
  if (unknown > 0)
    context.log.error(
      { code: 'hub-key-not-vouched-for', keys: unknown },
      'the hub lists a key that no trusted key signed for',
    );
  if (trusted.size === hub.keys.size) return false;
  await context.database.transaction((tx) =>
    saveHubKeys(
      tx,
      [...trusted].map(([kid, key]) => ({ kid, key })),
    ),
  );
  return true;
}
