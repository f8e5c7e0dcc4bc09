import { HubProblem, ProtocolError, protocolLimits, verifyReceipt } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { alignDelivery, awaitsReceipts, lastReceiptPosition, nextUndelivered, saveReceipts } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'log' | 'jobs'>;

const receiptsWaitMs = 5_000;

/**
 * Sends what the hub has not acknowledged, in order, until nothing is left. The hub says after each batch which place it
 * wants next, and that alone moves the outbox: a lost answer, a restart or a hub restored from a backup all end in sending
 * again what is missing, which is safe. Throws when the hub could not be reached, to be tried again later.
 */
export async function deliver(context: Context): Promise<void> {
  const membership = await context.network.membership();
  if (!membership) return;
  const hub = await context.network.hub();
  const { epoch } = membership;
  for (;;) {
    const batch = withinLimits(await nextUndelivered(context.database, epoch, protocolLimits.batchItems));
    if (batch.length === 0) return;
    const answer = await hub.publish(batch.map(({ item }) => item)).catch((error: unknown) => {
      const wanted = error instanceof HubProblem && error.code === 'sequence-gap' ? error.problem?.expected : undefined;
      if (!wanted) throw error;
      return { next: wanted, refused: null };
    });
    if (answer.next.epoch === epoch) {
      await context.database.transaction((tx) => alignDelivery(tx, epoch, answer.next.seq));
    }
    await context.jobs.wake('fetch-receipts');
    if (answer.refused) {
      context.log.error({ code: answer.refused.code, seq: answer.next.seq }, 'the hub refused a publication');
      throw new HubProblem(answer.refused.code, answer.refused.status);
    }
  }
}

/** As many as fit into one request of the size that the protocol allows; always at least one. */
function withinLimits<T extends { item: { envelope: string; body?: string | undefined } }>(batch: T[]): T[] {
  let bytes = 0;
  const end = batch.findIndex(({ item }) => {
    bytes += item.envelope.length + (item.body?.length ?? 0) + 200;
    return bytes > protocolLimits.requestBytes;
  });
  return end === -1 ? batch : batch.slice(0, Math.max(1, end));
}

/** Fetches receipts until every delivered publication has one that says how it ended, then once more for what came besides. */
export async function fetchReceipts(context: Context): Promise<void> {
  const membership = await context.network.membership();
  if (!membership) return;
  const hub = await context.network.hub();
  for (;;) {
    const waiting = await awaitsReceipts(context.database, membership.epoch);
    const after = await lastReceiptPosition(context.database);
    const { receipts } = await hub.receipts(after, waiting ? receiptsWaitMs : 0);
    const verified = receipts.flatMap(({ position, jws }) => {
      try {
        const receipt = verifyReceipt(jws, (kid) => membership.hub.keys.get(kid));
        if (receipt.receipt.node !== membership.node) throw new ProtocolError('wrong-node');
        return [{ position, receipt }];
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        context.log.error({ code: error.code, position }, 'a receipt does not verify');
        throw error;
      }
    });
    await context.database.transaction((tx) => saveReceipts(tx, verified));
    if (verified.length === 0) return;
  }
}
