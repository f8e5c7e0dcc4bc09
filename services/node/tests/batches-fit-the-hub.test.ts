import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ChainPlace,
  genesisHash,
  hashOf,
  hubPaths,
  problemFor,
  problemMediaType,
  protocolLimits,
  publicationsRequestSchema,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '../src/features/delivering/delivering.ts';
import { append } from '../src/features/publishing/append.ts';
import { type GuardedNode, startGuardedNode } from './guarded-node.ts';

/** A hub that takes as much as it says, and remembers how much each batch held. */
describe('batches fit the hub', () => {
  let node: GuardedNode;
  let hub: Server;
  let next: ChainPlace;
  let limits = {
    ...protocolLimits,
    depth: undefined,
    batchItems: 2 as number,
    requestBytes: protocolLimits.requestBytes as number,
  };
  let asked = 0;
  const batches: { items: number; bytes: number }[] = [];

  beforeAll(async () => {
    node = await startGuardedNode();
    const { node: id } = await node.database.db.selectFrom('membership').select('node').executeTakeFirstOrThrow();
    next = { epoch: 1, seq: 1, prev: genesisHash(id, 1) };
    hub = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const answer = answerTo(request.url ?? '', body);
        const type = answer.status === 200 ? 'application/json' : problemMediaType;
        response.writeHead(answer.status, { 'content-type': type }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    const hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
    await node.database.db.updateTable('membership').set({ hub_url: hubUrl }).execute();
  });
  afterAll(async () => {
    await node.stop();
    await new Promise((resolve) => hub.close(resolve));
  });

  function answerTo(url: string, body: string): { status: number; body: unknown } {
    if (url === hubPaths.wellKnown) {
      asked += 1;
      const { wellKnown: _, ...endpoints } = hubPaths;
      const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
      const about = { hub: crypto.randomUUID(), name: 'A hub', versions: [1], vocabulary: '1.0' };
      return { status: 200, body: { ...about, keys: [{ kid: 'k', key }], limits, endpoints } };
    }
    if (url === hubPaths.cursor) return { status: 200, body: { next, ahead: [] } };
    if (url !== hubPaths.publications) return { status: 503, body: {} };
    const { items } = publicationsRequestSchema.parse(JSON.parse(body));
    batches.push({ items: items.length, bytes: body.length });
    if (items.length > limits.batchItems || body.length > limits.requestBytes) {
      const problem = problemFor('too-large');
      return { status: problem.status, body: problem };
    }
    const last = items.at(-1)?.envelope;
    next = { epoch: 1, seq: next.seq + items.length, prev: last === undefined ? next.prev : hashOf(last) };
    // What a receipt says is no matter here; the node takes `next`, and nothing else, as what the hub has.
    return { status: 200, body: { receipts: items.map(({ envelope }) => envelope), next, refused: null } };
  }

  /** Writes entries and sends them; gives how much each batch held. */
  async function send(entries: number): Promise<typeof batches> {
    const membership = await node.context.network.membership();
    for (let written = 0; written < entries; written += 1) {
      await node.database.transaction((tx) =>
        append(tx, node.context, membership?.node ?? '', { op: 'heartbeat' }, null),
      );
    }
    batches.length = 0;
    // The comparison that follows is not answered here.
    await deliver(node.context).catch((error: unknown) => {
      if (batches.length === 0 || !String(error).includes('unexpected-answer')) throw error;
    });
    return [...batches];
  }

  it('LIM-4: hold no more than the hub advertises, in number and in bytes, and it is asked once', async () => {
    expect((await send(5)).map(({ items }) => items)).toEqual([2, 2, 1]);
    expect(asked).toBe(1);
  });

  it('LIM-4: are smaller once a hub that asks for less than before has refused one', async () => {
    const [entry] = batches;
    limits = { ...limits, batchItems: 100, requestBytes: Math.ceil((entry?.bytes ?? 0) * 0.9) };
    await expect(send(4)).rejects.toMatchObject({ code: 'too-large' });
    expect(asked).toBe(1);
    const sent = await send(0);
    expect(asked).toBe(2);
    expect(sent.length).toBeGreaterThan(1);
    expect(Math.max(...sent.map(({ bytes }) => bytes))).toBeLessThanOrEqual(limits.requestBytes);
    expect(sent.reduce((total, { items }) => total + items, 0)).toBe(4);
  });
});
