import { confirmFingerprint, exportRegistry, importRegistry, invite } from '@practice-exchange/hub';
import { compareWithHub, withdrawReview } from '@practice-exchange/node';
import {
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  type PublicationIntent,
  sealPublication,
  startOfEpoch,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearse } from '../../../services/hub/src/testing/test-hub.ts';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import { type SmallNetwork, startSmallNetwork } from './small-network.ts';

describe('a hub whose database is gone', { timeout: 60_000 }, () => {
  let network: SmallNetwork;

  beforeAll(async () => {
    network = await startSmallNetwork();
  }, 60_000);
  afterAll(() => network.stop());

  /** All that the hub serves, and that readers are told of what it does not. Times of arrival are new in a new hub. */
  const served = async () => {
    const { db } = network.hub.context.database;
    const [records, learning, authorities, bodies, log] = await Promise.all([
      db.selectFrom('record').select(['id', 'node', 'kind', 'revision', 'audience', 'state']).orderBy('id').execute(),
      db
        .selectFrom('learning_record')
        .select(['id', 'authority', 'revision', 'epoch', 'seq', 'audience_scope', 'audience_regions', 'content'])
        .orderBy('id')
        .execute(),
      db.selectFrom('authority').selectAll().orderBy('id').execute(),
      db.selectFrom('body').selectAll().orderBy('seq').execute(),
      db.selectFrom('publication').select(['epoch', 'seq', 'envelope']).orderBy('epoch').orderBy('seq').execute(),
    ]);
    return { records, learning, authorities, bodies, log };
  };
  const asReader = async () => network.node.context.network.onBehalfOf(await network.person('reader'));
  const read = async (record: string) => {
    const hub = await network.node.context.network.hub();
    return hub.learning(record, await asReader()).then(
      ({ record: { title } }) => title,
      ({ code }: { code: string }) => code,
    );
  };

  it('REB-1: is built anew from its registry and its nodes, to the same content; what was withdrawn stays withdrawn', async () => {
    const kept = await network.publish();
    const taken = await network.publish();
    const third = await network.publish();
    await network.drain();
    await withdrawReview(network.node.context, await network.person('lead'), {
      id: taken.review,
      kind: 'withdrawn',
      reason: 'out-of-date',
    });
    await network.drain();
    const before = await served();
    const titles = await Promise.all([kept, taken, third].map(({ record }) => read(record)));
    expect(titles[1]).toBe('gone');
    const registry = JSON.parse(JSON.stringify(await exportRegistry(network.hub.context.database)));

    await network.withHubDown(async () => {
      await network.hubDatabase.empty();
      await network.inHubDatabase((database) => importRegistry(database, registry));
    });
    expect((await served()).log).toEqual([]);
    await network.drain();
    await network.drain();

    const after = await served();
    expect(after.learning).toEqual(before.learning);
    expect(after.authorities).toEqual(before.authorities);
    expect(after.bodies).toEqual(before.bodies);
    expect(after.log).toEqual(before.log);
    expect(after.records).toEqual(before.records);
    expect(await Promise.all([kept, taken, third].map(({ record }) => read(record)))).toEqual(titles);
    expect(await network.hub.context.index.count()).toBe(2);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('REB-1: takes nothing but a registry, and only into an empty database', async () => {
    const registry = await exportRegistry(network.hub.context.database);
    const before = await served();
    const { database } = network.hub.context;
    await expect(importRegistry(database, registry)).rejects.toMatchObject({ code: 'hub-not-empty' });
    await expect(importRegistry(database, { kind: 'something' })).rejects.toMatchObject({ code: 'registry-invalid' });
    expect(await served()).toEqual(before);
  });

  it('EPO-7: asks nobody twice: an epoch that was approved before stands in a hub that was rebuilt', async () => {
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    await network.publish();
    await network.drain();
    await network.withNodeDown(() => network.nodeDatabase.restore());
    await network.drain();
    await network.approveEpoch(2);
    await network.publish();
    await network.drain();
    const before = await served();
    const registry = await exportRegistry(network.hub.context.database);
    await network.withHubDown(async () => {
      await network.hubDatabase.empty();
      await network.inHubDatabase((database) => importRegistry(database, registry));
    });
    for (let round = 0; round < 3; round += 1) await network.drain();
    const after = await served();
    expect(after.log).toEqual(before.log);
    expect(after.learning).toEqual(before.learning);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('REB-3: an id stays with the node that had it, though another node asks first', async () => {
    const { record } = await network.publish();
    await network.drain();
    const title = await read(record);
    const thief = await enrolAnother();
    const registry = JSON.parse(JSON.stringify(await exportRegistry(network.hub.context.database)));
    await network.withNodeDown(() =>
      network.withHubDown(async () => {
        await network.hubDatabase.empty();
        await network.inHubDatabase((database) => importRegistry(database, registry));
      }),
    );
    // The thief's log begins anew at the hub, and so before the owner has sent anything.
    const hub = new HubClient({ ...thief, hubUrl: network.hub.url, hubId: network.hub.context.hub.id });
    const [learning] = await readDemoLearning();
    if (!learning) throw new Error('there is no demo learning');
    const options = { key: thief.key, created: '2026-01-01T00:00:00Z' };
    const theft: PublicationIntent = { op: 'publish', record, audience: wholeNetwork, body: learning.content };
    const first = sealPublication(startOfEpoch(thief.node, 1), theft, options);
    const then = sealPublication(first.head, { op: 'withdraw', record, revision: 2 }, options);
    const { receipts } = await hub.publish([first.item]);
    expect(
      receipts.map((jws) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).reason),
    ).toEqual(['not-owner']);
    await expect(hub.withdrawAhead(then.jws)).rejects.toMatchObject({ code: 'not-found' });
    for (let round = 0; round < 2; round += 1) await network.drain();
    expect(await read(record)).toBe(title);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
    // What the registry kept goes into the next one, whether or not its owner has sent it again.
    expect((await exportRegistry(network.hub.context.database)).tables.record_owner).toEqual(
      registry.tables.record_owner,
    );
  });

  /** A second node that is live, and that only this test speaks for. */
  async function enrolAnother() {
    const { context, url } = network.hub;
    const key = openSigningKey(generatePrivateJwk());
    const node = crypto.randomUUID();
    const client = new HubClient({ hubUrl: url, hubId: context.hub.id, node, key });
    const { code } = await invite(context, { authorityName: 'Another', operator: null });
    const profile = { name: 'Another', onsCode: 'E99000031', region: 'london', type: 'london-borough' } as const;
    const recovery = openSigningKey(generatePrivateJwk()).publicJwk;
    const { authority } = await client.enrol(code, { ...profile, childPopulation: 50_000 }, recovery);
    await confirmFingerprint(context, { node, fingerprint: fingerprintOf(key.publicJwk), operator: null });
    await rehearse({ client, head: startOfEpoch(node, 1), key, authority }, () => context.jobs.drain());
    return { node, key };
  }
});
