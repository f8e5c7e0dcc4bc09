import { digestChunks, digestOfChunks, type Envelope, Holdings, signEpochRequest } from '@practice-exchange/protocol';
import type { TestHub, TestMember } from '../../../services/hub/src/testing/test-hub.ts';

/** Has a member that has published nothing but its conformance run ask for epoch 2, as a node does after a restore. */
export async function askForEpoch({ hub }: TestHub, { client, head, key, node }: TestMember): Promise<void> {
  const holdings = new Holdings();
  for (const { envelope } of (await client.log(1, 0)).items) {
    holdings.add(JSON.parse(Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString('utf8')) as Envelope);
  }
  const digest = digestOfChunks(digestChunks(holdings.values()));
  const from = { epoch: head.epoch, seq: head.seq, hash: head.hash };
  const at = new Date().toISOString();
  await client.requestEpoch(signEpochRequest({ hub: hub.context.hub.id, node, epoch: 2, from, digest, at }, key));
}
