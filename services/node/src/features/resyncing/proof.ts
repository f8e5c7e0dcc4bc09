import { AppError } from '@practice-exchange/platform';
import { digestChunks, type HoldingsProof, isDigestOf, verifyManifest } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { allEnvelopes, allReceipts, holdingsUpTo, ownKeys, readStanding } from './store.ts';

/**
 * By what this node proves what the hub holds of it: see `verifyHoldingsProof`. It holds no texts. Throws `nothing-compared`
 * (409) unless the last comparison found both ends alike and nothing has been published since.
 */
export async function proveHoldings(context: Pick<NodeContext, 'database' | 'network'>): Promise<HoldingsProof> {
  const membership = await context.network.membership();
  return context.database.transaction(
    async (tx) => {
      const { manifest } = await readStanding(tx);
      if (!membership || manifest === null) throw nothingCompared();
      const holdings = await holdingsUpTo(tx, membership.epoch);
      const signed = verifyManifest(manifest, (kid) => membership.hub.keys.get(kid));
      if (!isDigestOf(signed, digestChunks(holdings.values()))) throw nothingCompared();
      return {
        node: membership.node,
        nodeKeys: [...(await ownKeys(tx)).values()],
        hubKeys: [...membership.hub.keys.values()],
        manifest: manifest as never,
        holdings: [...holdings.values()],
        envelopes: (await allEnvelopes(tx)) as never,
        receipts: (await allReceipts(tx)) as never,
      };
    },
    { isolation: 'repeatable read' },
  );
}

function nothingCompared(): AppError {
  return new AppError({
    code: 'nothing-compared',
    status: 409,
    title: 'Compare first',
    message:
      'Something was published since this node and the hub last compared, or they do not hold the same. Compare now, and then download the proof.',
  });
}
