import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  type HubClient,
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
    await client.publish([sealed.item]);
    head = sealed.head;
  }
  for (let after = 0, attempts = 0; (await client.membership()).state !== 'live'; attempts += 1) {
    if (attempts === 20) throw new Error('the conformance run does not end');
    after = (await client.receipts(after, 2_000)).next;
  }
  return head;
}
