import {
  type ChainPlace,
  type HubClient,
  HubProblem,
  type PublicationItem,
  protocolLimits,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { compareWithHub } from '../resyncing/comparing.ts';
import { heard, placeInNextEpoch, placeInStep } from '../resyncing/in-step.ts';
import { comparisonIsDue, currentEpoch, itemsFrom } from '../resyncing/store.ts';
import { sendNarrowings } from '../withdrawing/narrowing.ts';
import { sendAgain } from '../withdrawing/narrowing-store.ts';
import { fetchReceipts } from './receipts.ts';
import { alignDelivery } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'keys' | 'log' | 'jobs'>;

/**
 * Sends what the hub has not acknowledged, in order, until nothing is left. The hub says after each batch which place it
 * wants next, and that alone moves the outbox: a lost answer, a restart or a hub restored from a backup all end in sending
 * again what is missing, which is safe. Where an epoch ends at the hub and goes on here, the next one is asked for. Now and
 * then, with nothing left to send, both ends are compared. Throws when the hub could not be reached, to be tried again later.
 */
export async function deliver(context: Context): Promise<void> {
  // One after another within the process: what the hub asks of one, to wait above all, holds for the next.
  for (let other = underWay.get(context.network); other; other = underWay.get(context.network)) await other;
  const own = deliverAll(context).finally(() => underWay.delete(context.network));
  underWay.set(context.network, own);
  await own;
}

const underWay = new WeakMap<NodeContext['network'], Promise<void>>();

async function deliverAll(context: Context): Promise<void> {
  for (;;) {
    const membership = await context.network.membership();
    if (!membership) return;
    const hub = await context.network.hub();
    const place = await placeInStep(context, hub, membership);
    const hasGoneBack = await context.database.transaction(async (tx) => {
      const wentBack = await alignDelivery(tx, place.epoch, place.seq);
      if (wentBack) await sendAgain(tx);
      return wentBack;
    });
    // What is sent again was for more people once: they are not shown it until the log comes to where it was narrowed.
    if (hasGoneBack) await sendNarrowings(context, hub);
    const batch = await nextBatch(context, hub, place);
    if (batch.length > 0) {
      await send(context, hub, batch);
      continue;
    }
    const isOver = place.epoch < ((await currentEpoch(context.database)) ?? place.epoch);
    if (isOver) {
      // A record that was rejected counts for nothing, so what was answered has to be known first.
      await fetchReceipts(context, { patient: false });
      const next = await placeInNextEpoch(context, hub, membership, place);
      if (next) {
        heard(context, next);
        await sendAgain(context.database);
        await sendNarrowings(context, hub);
        continue;
      }
    }
    if (await comparisonIsDue(context.database)) await compareWithHub(context);
    return;
  }
}

const otherPlace: ReadonlySet<string> = new Set(['sequence-gap', 'broken-chain', 'epoch-not-approved']);

async function send(context: Context, hub: HubClient, batch: readonly PublicationItem[]): Promise<void> {
  const answer = await hub.publish(batch).catch((error: unknown) => {
    // The hub was restored from a backup, or rebuilt, since this process heard from it.
    const stoodElsewhere = error instanceof HubProblem && otherPlace.has(error.code);
    const wanted = stoodElsewhere ? error.problem?.expected : undefined;
    if (!wanted) throw error;
    return { next: wanted, refused: null };
  });
  heard(context, answer.next);
  await context.jobs.wake('fetch-receipts');
  if (answer.refused) {
    context.log.error({ code: answer.refused.code, seq: answer.next.seq }, 'the hub refused a publication');
    throw new HubProblem(answer.refused.code, answer.refused.status);
  }
}

/** What comes from a place on, as much as the hub takes in one request; always at least one, where there is one. */
async function nextBatch({ database }: Context, hub: HubClient, place: ChainPlace): Promise<PublicationItem[]> {
  const limits = await hub.limits();
  const batchItems = Math.min(limits.batchItems, protocolLimits.batchItems);
  const requestBytes = Math.min(limits.requestBytes, protocolLimits.requestBytes);
  const batch = await itemsFrom(database, place.epoch, place.seq, batchItems);
  let bytes = 0;
  const end = batch.findIndex(({ envelope, body }) => {
    bytes += envelope.length + (body?.length ?? 0) + 200;
    return bytes > requestBytes;
  });
  return end === -1 ? batch : batch.slice(0, Math.max(1, end));
}
