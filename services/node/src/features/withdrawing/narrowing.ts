import {
  type HubClient,
  HubProblem,
  isSameAudience,
  ProtocolError,
  verifyPurgeCertificate,
  type WithdrawalStanding,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { Membership } from '../identity/membership.ts';
import * as store from './narrowing-store.ts';

type Context = Pick<NodeContext, 'database' | 'log'>;

/**
 * Sends narrower audiences ahead of their turn: for those whom they exclude they are withdrawals. The log comes to the same
 * envelopes later, and decides there; one that the hub does not take now goes then.
 */
export async function sendNarrowings({ database, log }: Context, hub: HubClient): Promise<void> {
  for (const { hash, envelope } of await store.unsentNarrowings(database)) {
    try {
      const standing = await hub.withdrawAhead(envelope);
      await store.markTried(database, hash, standing.hiddenAt);
    } catch (error) {
      if (!(error instanceof HubProblem) || isAway(error)) throw error;
      // `not-found`: the log has passed its place meanwhile.
      if (error.code !== 'not-found') log.warn({ code: error.code }, 'a narrower audience waits for its turn');
      await store.markTried(database, hash, null);
    }
  }
}

/** Whether the hub said nothing of the envelope: it could not be reached, or asked to wait. */
function isAway({ status, retryAfterSeconds }: HubProblem): boolean {
  return retryAfterSeconds !== undefined || status === 0 || status === 401 || status >= 500;
}

/** Asks the hub for its proof of narrower audiences that it has taken. */
export async function fetchProofs(context: Context, hub: HubClient, membership: Membership): Promise<void> {
  for (const narrowing of await store.unprovedNarrowings(context.database)) {
    const standing = await hub.withdrawal(narrowing.record).catch((error: unknown) => {
      if (error instanceof HubProblem && error.code === 'not-found') return null;
      throw error;
    });
    if (standing) await keepProof(context, membership, narrowing, standing);
  }
}

/**
 * Keeps the certificate in a standing, if it is the hub's and answers this very narrowing. One that does not is not kept, and
 * somebody must ask the hub's operator.
 */
export async function keepProof(
  { database, log }: Context,
  membership: Membership,
  narrowing: { hash: string; record: string; envelope: string },
  { envelope, hiddenAt, purgedAt, certificate }: WithdrawalStanding,
): Promise<void> {
  if (envelope !== narrowing.hash || purgedAt === null || certificate === null) return;
  try {
    const { certificate: said } = verifyPurgeCertificate(certificate, (kid) => membership.hub.keys.get(kid));
    const isOurs =
      said.node === membership.node &&
      said.record === narrowing.record &&
      said.envelope === narrowing.hash &&
      said.audience !== undefined &&
      isSameAudience(said.audience, store.audienceGiven(narrowing.envelope));
    if (!isOurs) throw new ProtocolError('certificate-invalid');
    await store.keepProof(database, narrowing.hash, { hiddenAt, purgedAt, certificate });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    log.error({ code: error.code, record: narrowing.record }, 'a purge certificate does not verify');
  }
}
