import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  type HubClient,
  HubProblem,
  type PublicationItem,
  type SigningKey,
  sealPublication,
  startOfEpoch,
  syntheticRun,
} from '@practice-exchange/protocol';

/**
 * The conformance run of a node that has no service of its own: a synthetic record from its first publication to its last
 * receipt. Gives the head of the log after it; the node is live then.
 */
export async function rehearse(
  client: HubClient,
  { node, authority, key }: { node: string; authority: string; key: SigningKey },
): Promise<ChainHead> {
  let head = startOfEpoch(node, 1);
  for (const intent of syntheticRun(newId(), authority)) {
    const sealed = sealPublication(head, intent, { key, created: new Date().toISOString() });
    await publishPatiently(client, sealed.item);
    head = sealed.head;
  }
  for (let after = 0, attempts = 0; (await client.membership()).state !== 'live'; attempts += 1) {
    if (attempts === 20) throw new Error('the conformance run does not end');
    after = (await client.receipts(after, 2_000)).next;
  }
  return head;
}

/** Publishes, and when the hub asks to wait, waits as long as it says and sends again, as a node does (LIM-3). */
export async function publishPatiently(client: HubClient, item: PublicationItem): Promise<void> {
  for (;;) {
    try {
      await client.publish([item]);
      return;
    } catch (error) {
      if (!(error instanceof HubProblem) || error.retryAfterSeconds === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, Number(error.retryAfterSeconds) * 1000));
    }
  }
}
