import {
  type ChainPlace,
  digestChunks,
  digestOfChunks,
  genesisHash,
  type HubClient,
  HubProblem,
  signEpochRequest,
  verifyEpochApproval,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { Membership } from '../identity/membership.ts';
import { resumeAfterRestore } from './restoring.ts';
import * as store from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'keys' | 'log'>;

// What the hub said last, in this process. A database that is put back underneath no longer fits it, and the hub is asked again.
const confirmed = new WeakMap<NodeContext['network'], ChainPlace>();

/** Remembers where the hub said that it stands. */
export function heard(context: Pick<Context, 'network'>, next: ChainPlace): void {
  confirmed.set(context.network, next);
}

/** Asks the hub again where it stands, before anything more is sent. */
export function forgetPlace(context: Pick<Context, 'network'>): void {
  confirmed.delete(context.network);
}

/**
 * The place that the hub wants next, once it is sure that the hub's copy and this log are the same up to there. The hub is
 * asked when this process has not heard from it yet, or when the log no longer fits what it heard. When the hub holds more
 * than the log, be it a withdrawal that went ahead of its place, the node was restored from a backup: see `resumeAfterRestore`.
 */
export async function placeInStep(context: Context, hub: HubClient, membership: Membership): Promise<ChainPlace> {
  const known = confirmed.get(context.network);
  if (known && (await store.isOwnPlace(context.database, membership.node, known))) return known;
  const { next, ahead } = await hub.cursor();
  const isWhole =
    (await store.isOwnPlace(context.database, membership.node, next)) &&
    (await store.holdsAll(context.database, ahead));
  if (!isWhole) {
    await resumeAfterRestore(context, hub, membership, next);
  }
  heard(context, next);
  return next;
}

/**
 * After the end of an epoch at the hub, asks for the one in which the log goes on here. Gives its first place once a person at
 * the hub has approved it, and null until then.
 */
export async function placeInNextEpoch(
  context: Context,
  hub: HubClient,
  membership: Membership,
  ended: ChainPlace,
): Promise<ChainPlace | null> {
  const { database, keys } = context;
  const epoch = ended.epoch + 1;
  const { node } = membership;
  let request = (await store.readStanding(database)).epoch_request;
  if (request === null) {
    const from = { epoch: ended.epoch, seq: ended.seq - 1, hash: ended.prev };
    const digest = digestOfChunks(digestChunks((await store.holdingsUpTo(database, ended.epoch)).values()));
    const at = new Date().toISOString();
    request = signEpochRequest({ hub: membership.hub.id, node, epoch, from, digest, at }, await keys.current());
    await store.keepEpochRequest(database, request);
  }
  try {
    const { approval } = await hub.requestEpoch(request, await store.findApproval(database, epoch));
    if (approval === null) return null;
    const verified = verifyEpochApproval(approval, (kid) => membership.hub.keys.get(kid));
    if (verified.node !== node || verified.epoch !== epoch) return null;
    await database.transaction((tx) => store.keepApproval(tx, epoch, approval));
  } catch (error) {
    if (!(error instanceof HubProblem) || error.code !== 'not-reconciled') throw error;
    // What was asked no longer fits what the hub holds; the next round asks anew.
    await store.keepEpochRequest(database, null);
    context.log.error(
      { code: error.code, epoch },
      'the hub does not hold what this log says, so the epoch cannot begin',
    );
    return null;
  }
  return { epoch, seq: 1, prev: genesisHash(node, epoch) };
}
