import { compareWithHub, proveHoldings, repairRecords } from '@practice-exchange/node';
import { verifyHoldingsProof } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SmallNetwork, startSmallNetwork } from './small-network.ts';

describe('what the hub holds of a node', { timeout: 60_000 }, () => {
  let network: SmallNetwork;
  const records: string[] = [];

  beforeAll(async () => {
    network = await startSmallNetwork();
    for (let count = 0; count < 3; count += 1) records.push((await network.publish()).record);
    await network.drain();
  }, 60_000);
  afterAll(() => network.stop());

  const standingAtHub = async () =>
    (await network.hub.context.database.db.selectFrom('comparison').select('standing').executeTakeFirst())?.standing;
  const differences = async () =>
    (await network.node.context.database.db.selectFrom('hub_standing').select('differences').executeTakeFirstOrThrow())
      .differences;
  const atHub = () => network.hub.context.database.db;

  it('MAN-7: is found to be the same at both ends', async () => {
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
    expect(await standingAtHub()).toBe('synchronised');
  });

  it('is proven by the node alone, and a proof that was touched proves nothing', async () => {
    const proof = await proveHoldings(network.node.context);
    expect(await verifyHoldingsProof(proof)).toMatchObject({ faults: [], manifest: { shared: 3, withdrawn: 0 } });
    const [first, ...rest] = proof.holdings;
    const touched = [
      { ...proof, holdings: rest },
      { ...proof, holdings: [{ ...first, revision: 9 }, ...rest] },
      { ...proof, envelopes: proof.envelopes.slice(1) },
      { ...proof, envelopes: proof.envelopes.slice(0, -1) },
      { ...proof, receipts: [] },
      { ...proof, manifest: proof.receipts[0] },
      { ...proof, hubKeys: proof.nodeKeys },
      { ...proof, node: network.authority },
    ];
    for (const forged of touched) expect((await verifyHoldingsProof(forged)).faults).not.toEqual([]);
  });

  it.each([
    [
      'a text that is served altered',
      (id: string) => sql`update learning_record set content = content || '{"title":"Another"}' where id = ${id}`,
    ],
    ['a text that was lost', (id: string) => sql`delete from body where record = ${id}`],
    ['a record that is no longer served', (id: string) => sql`delete from learning_record where id = ${id}`],
    [
      'an audience that was widened',
      (id: string) =>
        sql`update learning_record set audience_scope = 'authorities', audience_authorities = array[authority] where id = ${id}`,
    ],
  ] as const)(
    'MAN-2, MAN-8, MAN-9: names %s, and the hub builds it anew when it is sent again',
    async (_what, harm) => {
      const [id = ''] = records;
      const before = await atHub()
        .selectFrom('learning_record')
        .select(['id', 'content', 'audience_scope', 'revision', 'seq'])
        .orderBy('id')
        .execute();
      const log = await atHub().selectFrom('publication').selectAll().execute();
      await harm(id).execute(atHub());
      expect(await compareWithHub(network.node.context)).toBe('diverged');
      expect(await standingAtHub()).toBe('diverged');
      expect((await differences()).map(({ record }) => record)).toEqual([id]);

      expect(await repairRecords(network.node.context, [id])).toEqual([id]);
      expect(await compareWithHub(network.node.context)).toBe('synchronised');
      expect(
        await atHub()
          .selectFrom('learning_record')
          .select(['id', 'content', 'audience_scope', 'revision', 'seq'])
          .orderBy('id')
          .execute(),
      ).toEqual(before);
      expect(await atHub().selectFrom('publication').selectAll().execute()).toEqual(log);
      // It is in the index again; that it can be found was said before and is not said twice.
      await network.drain();
      const said = await atHub().selectFrom('receipt').select(['seq', 'state']).execute();
      expect(new Set(said.map(({ seq, state }) => `${seq} ${state}`)).size).toBe(said.length);
    },
  );

  it('REB-2: a hub that was restored from an old backup is sent what it lost, and its receipts are read again', async () => {
    await network.withHubDown(() => network.hubDatabase.backUp());
    records.push((await network.publish()).record);
    await network.drain();
    const served = await atHub()
      .selectFrom('learning_record')
      .select(['id', 'content', 'revision'])
      .orderBy('id')
      .execute();
    await network.withHubDown(() => network.hubDatabase.restore());
    await network.drain();
    expect(
      await atHub().selectFrom('learning_record').select(['id', 'content', 'revision']).orderBy('id').execute(),
    ).toEqual(served);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
    const issued = await atHub().selectFrom('receipt').select('jws').orderBy('position').execute();
    const read = await network.node.context.database.db.selectFrom('receipt').select('jws').execute();
    const held = new Set(read.map(({ jws }) => jws));
    expect(issued.filter(({ jws }) => !held.has(jws))).toEqual([]);
  });
});
