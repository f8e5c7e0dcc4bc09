import { exportRegistry, importRegistry } from '@practice-exchange/hub';
import { compareWithHub, newestNarrowing } from '@practice-exchange/node';
import {
  type CompactJws,
  hashOf,
  regionsAudience,
  sealPublication,
  verifyPurgeCertificate,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishFor } from './publishing-once.ts';
import { type SmallNetwork, startSmallNetwork } from './small-network.ts';

const people = { author: 'lead', reader: 'reader' };
const northEast = regionsAudience(['north-east']);

describe('a narrower audience is kept whatever happens to either end', { timeout: 120_000 }, () => {
  let network: SmallNetwork;

  beforeAll(async () => {
    network = await startSmallNetwork();
  }, 60_000);
  afterAll(() => network.stop());

  const hubDb = () => network.hub.context.database.db;
  const servedTo = async (record: string) =>
    hubDb()
      .selectFrom('learning_record')
      .select(['audience_scope', 'audience_regions'])
      .where('id', '=', record)
      .executeTakeFirst();
  const narrow = { audience_scope: 'regions', audience_regions: ['north-east'] };
  const proofOf = (record: string) => newestNarrowing(network.node.context.database, record);

  it('WIT-20, WIT-23: goes ahead of what waits, and the node keeps the proof of it that it has verified', async () => {
    const { review, record } = await network.publish();
    await network.drain();
    // Something that the hub refuses for ever keeps the log from going on, and the audience waits behind it.
    const { node } = network;
    await hubDb().updateTable('member').set({ may_publish: false }).where('node', '=', network.id).execute();
    await publishFor(node.context, { ...people, review, audience: northEast });
    await node.context.jobs.wake('withdraw-ahead');
    await network.drain().catch(() => undefined);
    expect(await servedTo(record)).toEqual(narrow);
    await network.hub.context.jobs.drain();
    await node.context.jobs.wake('withdraw-ahead');
    await network.drain().catch(() => undefined);
    const kept = await proofOf(record);
    expect(kept).toMatchObject({ hidden_at: expect.any(Date), delivered_at: null, audience: northEast });
    const keys = new Map(network.hub.context.hub.keys.map(({ kid, key }) => [kid, key]));
    const { certificate } = verifyPurgeCertificate(kept?.certificate ?? '', (kid) => keys.get(kid));
    expect(certificate).toMatchObject({ record, envelope: kept?.hash, audience: northEast });
    await hubDb().updateTable('member').set({ may_publish: true }).where('node', '=', network.id).execute();
    await network.drain();
    expect(await servedTo(record)).toEqual(narrow);
    expect(await compareWithHub(node.context)).toBe('synchronised');
  });

  it('REB-4: while a hub is built anew nobody is shown what they could see once', async () => {
    const { review, record } = await network.publish();
    await network.drain();
    await publishFor(network.node.context, { ...people, review, audience: northEast });
    await network.drain();
    const registry = JSON.parse(JSON.stringify(await exportRegistry(network.hub.context.database)));
    await network.withHubDown(async () => {
      await network.hubDatabase.empty();
      await network.inHubDatabase(async (database) => {
        await importRegistry(database, registry);
        // Every audience to which the record is ever served from now on.
        await sql`create table served_to as select audience_scope from learning_record`.execute(database.db);
        await sql`create function note_audience() returns trigger language plpgsql as $$
          begin if new.id = ${sql.lit(record)} then insert into served_to values (new.audience_scope); end if; return null; end $$`.execute(
          database.db,
        );
        await sql`create trigger note_audience after insert or update on learning_record
          for each row execute function note_audience()`.execute(database.db);
      });
    });
    for (let round = 0; round < 3; round += 1) await network.drain();
    expect(await servedTo(record)).toEqual(narrow);
    const { rows } = await sql<{ audience_scope: string }>`select distinct audience_scope from served_to`.execute(
      hubDb(),
    );
    expect(rows).toEqual([{ audience_scope: 'regions' }]);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('EPO-4: a node that has lost one gives it again in its next epoch, and a hub that is built anew after that has it', async () => {
    const { review, record } = await network.publish();
    await network.drain();
    const { context } = network.node;
    const head = await hubDb()
      .selectFrom('publication')
      .select(['epoch', 'seq', 'envelope'])
      .where('node', '=', network.id)
      .orderBy('epoch', 'desc')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    // Signed before the backup was put back, and in no database of the node any more.
    const { jws } = sealPublication(
      { node: network.id, epoch: Number(head.epoch), seq: Number(head.seq), hash: hashOf(head.envelope as CompactJws) },
      { op: 'rescope', record, revision: 2, audience: northEast },
      { key: await context.keys.current(), created: new Date().toISOString() },
    );
    await (await context.network.hub()).withdrawAhead(jws);
    await network.withNodeDown(async () => undefined);
    await network.drain();
    await network.approveEpoch(Number(head.epoch) + 1);
    for (let round = 0; round < 3; round += 1) await network.drain();
    expect(await servedTo(record)).toEqual(narrow);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
    const { published_audience } = await network.node.context.database.db
      .selectFrom('case_review')
      .select('published_audience')
      .where('id', '=', review)
      .executeTakeFirstOrThrow();
    expect(published_audience).toEqual(northEast);
    const registry = JSON.parse(JSON.stringify(await exportRegistry(network.hub.context.database)));
    await network.withHubDown(async () => {
      await network.hubDatabase.empty();
      await network.inHubDatabase((database) => importRegistry(database, registry));
    });
    for (let round = 0; round < 4; round += 1) await network.drain();
    expect(await servedTo(record)).toEqual(narrow);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });
});
