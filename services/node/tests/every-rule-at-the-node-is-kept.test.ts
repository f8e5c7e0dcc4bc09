import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@practice-exchange/platform';
import {
  generatePrivateJwk,
  hubPaths,
  openSigningKey,
  protocolLimits,
  signSuccession,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedCounts } from '../src/features/anonymisation/shared-counts.ts';
import { learnHubKeys } from '../src/features/joining/hub-keys.ts';
import { saidOf } from '../src/features/publishing/publication-story.ts';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { heartbeatAfterMs, keepAlive } from '../src/features/sync/heartbeat.ts';
import { type GuardedNode, startGuardedNode } from './guarded-node.ts';

describe('the hub’s keys, at the node', () => {
  let node: GuardedNode;
  let hub: Server;
  const joined = newId();
  const [first, second, stranger] = [1, 2, 3].map(() => openSigningKey(generatePrivateJwk()));
  let listed: object[] = [];
  let answersAs = joined;

  beforeAll(async () => {
    node = await startGuardedNode();
    hub = createServer((_request, response) => {
      const { wellKnown: _, ...endpoints } = hubPaths;
      const limits = { ...protocolLimits, depth: undefined };
      const document = {
        hub: answersAs,
        name: 'A hub',
        versions: [1],
        vocabulary: '1.0',
        keys: listed,
        limits,
        endpoints,
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    await node.database.db
      .updateTable('membership')
      .set({
        hub_id: joined,
        hub_url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
        hub_keys: JSON.stringify([{ kid: first?.kid, key: first?.publicJwk }]),
      })
      .execute();
  });
  afterAll(async () => {
    await node.stop();
    await new Promise((resolve) => hub.close(resolve));
  });

  const recorded = () => node.database.db.selectFrom('membership').selectAll().executeTakeFirstOrThrow();
  async function learn() {
    const membership = await node.context.network.membership();
    if (!membership) throw new Error('the node has not joined');
    return learnHubKeys(node.context, membership);
  }

  it('JOI-9, ROT-11: are those of joining and what they vouch for; another hub, or a key that nobody vouches for, changes nothing', async () => {
    if (!first || !second || !stranger) throw new Error('there are three keys');
    const own = { kid: first.kid, key: first.publicJwk };
    const before = await recorded();
    const forged = signSuccession(joined, stranger.publicJwk, stranger);
    for (const key of [
      { kid: stranger.kid, key: stranger.publicJwk },
      { kid: stranger.kid, key: stranger.publicJwk, succession: forged },
      { kid: stranger.kid, key: stranger.publicJwk, succession: signSuccession(newId(), stranger.publicJwk, first) },
    ]) {
      listed = [own, key];
      expect(await learn()).toBe(false);
      expect(await recorded()).toEqual(before);
    }
    const next = {
      kid: second.kid,
      key: second.publicJwk,
      succession: signSuccession(joined, second.publicJwk, first),
    };
    listed = [own, next];
    answersAs = newId();
    await expect(learn()).rejects.toMatchObject({ code: 'another-hub' });
    expect(await recorded()).toEqual(before);
    answersAs = joined;
    expect(await learn()).toBe(true);
    expect((await recorded()).hub_keys.map(({ kid }) => kid)).toEqual([first.kid, second.kid]);
  });
});

describe('a log that is quiet', () => {
  it('RCP-10: gets a heartbeat after six hours, not before, and none while it is empty', async () => {
    const node = await startGuardedNode();
    try {
      const log = () => node.database.db.selectFrom('publication').select(['seq', 'op']).orderBy('seq').execute();
      const later = Date.now() + heartbeatAfterMs + 60_000;
      await keepAlive(node.context, later);
      expect(await log()).toEqual([]);
      const { id } = await node.approve();
      await publishReview(node.context, node.people.publisher, id);
      const before = await log();
      await keepAlive(node.context, later - 120_000);
      expect(await log()).toEqual(before);
      await keepAlive(node.context, later);
      expect(await log()).toEqual([...before, { seq: before.length + 1, op: 'heartbeat' }]);
    } finally {
      await node.stop();
    }
  });
});

describe('what an author reads', () => {
  const publication = { op: 'publish', synthetic: false, delivered_at: new Date(), jws: null };

  it('RCP-8: is a sentence for each reason; a reason that is newer is shown as a code, with whom to ask', () => {
    const known = saidOf({ ...publication, state: 'rejected', reason: 'audience-unknown' });
    expect(known).toMatchObject({ state: 'refused', says: 'It names an authority that is not in the network.' });
    const newer = saidOf({ ...publication, state: 'rejected', reason: 'tide-too-high' });
    expect(newer.state).toBe('refused');
    expect(newer.says).toContain('tide-too-high');
    expect(newer.advice).toContain('Ask your node administrator');
    expect(saidOf({ ...publication, state: 'weighed', reason: null }).says).toContain('weighed');
    // What the hub accepts of a conformance run is done with: nobody ever finds it.
    const accepted = { ...publication, state: 'accepted', reason: null };
    expect(saidOf(accepted).state).toBe('waiting');
    expect(saidOf({ ...accepted, synthetic: true }).state).toBe('done');
  });
});

describe('what the hub was asked about codes', () => {
  it('RED-10: is asked again for the same codes after an hour at the earliest', () => {
    let now = 1_000_000;
    const counts = new SharedCounts(() => now);
    counts.set('codes', 7);
    now += 3_599_000;
    expect(counts.get('codes')).toBe(7);
    now += 2_000;
    expect(counts.get('codes')).toBeUndefined();
  });
});
