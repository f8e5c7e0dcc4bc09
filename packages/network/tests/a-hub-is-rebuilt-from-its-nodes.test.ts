import { exportRegistry, importRegistry } from '@practice-exchange/hub';
import { compareWithHub, withdrawReview } from '@practice-exchange/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
