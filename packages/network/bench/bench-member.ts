import { confirmFingerprint, invite } from '@practice-exchange/hub';
import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  type PrivateJwk,
  type SigningKey,
} from '@practice-exchange/protocol';
import type { Network } from '../src/network.ts';
import { rehearse } from '../src/rehearse.ts';

/** A member of the bench as another process can be told of it: its id, its key and the head of its log. */
export type BenchIdentity = { node: string; privateJwk: PrivateJwk; head: ChainHead };

/** A member of the bench: a key and the head of its log, as a node has them. */
export type BenchMember = BenchIdentity & { key: SigningKey; client: HubClient };

/** A client of the hub for a member of the bench, with the patience of a busy machine. */
export function benchClient(hub: { url: string; id: string }, node: string, key: SigningKey): HubClient {
  return new HubClient({ hubUrl: hub.url, hubId: hub.id, node, key, timeoutMs: 60_000 });
}

/** Enrols a node of the bench, up to where it is live. */
export async function enrolBenchMember({ hub }: Network, number: number): Promise<BenchMember> {
  const node = newId();
  const privateJwk = generatePrivateJwk();
  const key = openSigningKey(privateJwk);
  const client = benchClient({ url: hub.url, id: hub.context.hub.id }, node, key);
  const { code } = await invite(hub.context, { authorityName: `Bench ${number}`, operator: null });
  const profile = {
    name: `Bench ${number}`,
    onsCode: `E8${String(number).padStart(7, '0')}`,
    region: 'london' as const,
    type: 'county' as const,
    childPopulation: 50_000,
  };
  const { authority } = await client.enrol(code, profile, openSigningKey(generatePrivateJwk()).publicJwk);
  await confirmFingerprint(hub.context, { node, fingerprint: fingerprintOf(key.publicJwk), operator: null });
  return { node, privateJwk, key, client, head: await rehearse(client, { node, authority, key }) };
}
