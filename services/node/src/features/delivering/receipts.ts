import {
  HubProblem,
  isSignedByOneOf,
  ProtocolError,
  type VerifiedReceipt,
  verifyPurgeCertificate,
  verifyReceipt,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { Membership } from '../identity/membership.ts';
import { learnHubKeys } from '../joining/hub-keys.ts';
import { forgetPlace } from '../resyncing/in-step.ts';
import { noteHeard } from '../sync/store.ts';
import { awaitsReceipts, countUndelivered, readReceiptsAnew, receiptsRead, saveReceipts } from './store.ts';

const receiptsWaitMs = 5_000;

/**
 * Fetches receipts until every delivered publication has one that says how it ended, then once more for what came besides.
 * Without patience it takes what there is.
 */
export async function fetchReceipts(
  context: Pick<NodeContext, 'database' | 'network' | 'log' | 'jobs'>,
  { patient = true }: { patient?: boolean } = {},
): Promise<void> {
  const membership = await context.network.membership();
  if (!membership) return;
  const hub = await context.network.hub();
  for (;;) {
    const waiting = patient && (await awaitsReceipts(context.database, membership.epoch));
    const after = await receiptsRead(context.database);
    const undelivered = await countUndelivered(context.database);
    const answer = await hub
      .receipts(after.position, waiting ? receiptsWaitMs : 0, undelivered, after.last)
      .catch((error: unknown) => {
        if (error instanceof HubProblem && error.code === 'feed-changed') return null;
        throw error;
      });
    if (!answer) {
      // The hub was rebuilt, or restored from a backup: its receipts are read again from the start.
      context.log.warn({ code: 'feed-changed' }, "the hub's receipts are not those that were read");
      await context.database.transaction((tx) => readReceiptsAnew(tx, after));
      forgetPlace(context);
      await context.jobs.wake('deliver');
      continue;
    }
    await noteHeard(context.database);
    const hubKeys = await keysFor(context, membership, answer.receipts);
    const verified = answer.receipts.map(({ position, jws, certificate }) => {
      try {
        const receipt = verifyReceipt(jws, (kid) => hubKeys.get(kid));
        if (receipt.receipt.node !== membership.node) throw new ProtocolError('wrong-node');
        return {
          position,
          receipt,
          certificate: verifiedCertificate(
            context,
            { ...membership, hub: { ...membership.hub, keys: hubKeys } },
            receipt,
            certificate,
          ),
        };
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        context.log.error({ code: error.code, position }, 'a receipt does not verify');
        throw error;
      }
    });
    await context.database.transaction((tx) => saveReceipts(tx, after, verified));
    if (verified.length === 0) return;
  }
}

/**
 * The purge certificate that came with a receipt, if it is the one that the receipt names and answers the same withdrawal.
 * One that does not is not kept, and somebody must ask the hub's operator; the receipt itself stands.
 */
function verifiedCertificate(
  context: Pick<NodeContext, 'log'>,
  membership: Membership,
  { receipt }: VerifiedReceipt,
  jws: string | undefined,
): string | null {
  if (jws === undefined) return null;
  try {
    const { certificate, hash } = verifyPurgeCertificate(jws, (kid) => membership.hub.keys.get(kid));
    const isOurs =
      hash === receipt.certificate &&
      certificate.node === membership.node &&
      certificate.record === receipt.record &&
      certificate.envelope === receipt.envelope;
    if (!isOurs) throw new ProtocolError('certificate-invalid');
    return jws;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    context.log.error({ code: error.code, seq: receipt.seq }, 'a purge certificate does not verify');
    return null;
  }
}

/** The hub's keys, read again when a receipt names one that is not known here: the hub may have changed its key. */
async function keysFor(
  context: Pick<NodeContext, 'database' | 'network' | 'log'>,
  { hub }: Membership,
  receipts: readonly { jws: string }[],
): Promise<Membership['hub']['keys']> {
  if (receipts.every(({ jws }) => isSignedByOneOf(jws, hub.keys, 'px-receipt+jws'))) return hub.keys;
  const current = await context.network.membership();
  if (!current) return hub.keys;
  await learnHubKeys(context, current);
  return (await context.network.membership())?.hub.keys ?? hub.keys;
}
