import { confirmFingerprint, invite } from '@practice-exchange/hub';
import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  type SigningKey,
} from '@practice-exchange/protocol';
import type { Network } from '../src/network.ts';
import { rehearse } from '../src/rehearse.ts';

/** A member of the bench: a key and the head of its log, as a node has them. */
export type BenchMember = { node: string; key: SigningKey; client: HubClient; head: ChainHead };

/** Enrols a node of the bench, up to where it is live. */
export async function enrolBenchMember({ hub }: Network, number: number): Promise<BenchMember> {
  const node = newId();
  const key = openSigningKey(generatePrivateJwk());
  const client = new HubClient({ hubUrl: hub.url, hubId: hub.context.hub.id, node, key, timeoutMs: 60_000 });
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
  return { node, key, client, head: await rehearse(client, { node, authority, key }) };
}
