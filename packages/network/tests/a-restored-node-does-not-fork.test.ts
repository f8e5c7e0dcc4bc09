import { compareWithHub, publishReturn, publishStatement, withdrawReview } from '@practice-exchange/node';
import { type CompactJws, hashOf, sealPublication, startOfEpoch, verifyChain } from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDemoReturns } from '../src/demo/demo-returns.ts';
import { readDemoStatements } from '../src/demo/demo-statements.ts';
import { type SmallNetwork, startSmallNetwork } from './small-network.ts';

describe('a node that was restored from an old backup', { timeout: 60_000 }, () => {
  let network: SmallNetwork;

  beforeAll(async () => {
    network = await startSmallNetwork();
  }, 60_000);
  afterAll(() => network.stop());

  const logAtHub = () => network.logAtHub();
  const served = () => network.served();
  const member = () =>
    network.hub.context.database.db
      .selectFrom('member')
      .select(['state', 'epoch', 'last_seq'])
      .where('node', '=', network.id)
      .executeTakeFirstOrThrow();

  it('EPO-1, EPO-2, EPO-3, WIT-14: notices, takes back what it lost, sends nothing until a person approves, and goes on in the next epoch', async () => {
    const first = await network.publish();
    await network.drain();
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    const lost = await network.publish();
    await network.drain();
    const before = await logAtHub();

    await network.withNodeDown(() => network.nodeDatabase.restore());
    const later = await network.publish();
    await network.drain();
    // Nothing was sent, nothing was forked, nothing was frozen.
    expect(await logAtHub()).toEqual(before);
    expect(await member()).toEqual({ state: 'live', epoch: 1, last_seq: before.length });
    // What it had lost it knows again, and which record it has no case review of.
    const { db } = network.node.context.database;
    const own = () =>
      db.selectFrom('publication').select(['epoch', 'seq', 'op', 'envelope']).orderBy('epoch').orderBy('seq').execute();
    expect((await own()).filter(({ epoch }) => epoch === 1)).toEqual(before);
    expect((await own()).filter(({ epoch }) => epoch === 2)).toHaveLength(1);

    // Nobody has approved the epoch yet; what should never have been shared is hidden all the same.
    const taken = { id: first.review, kind: 'removed', reason: 'identifier-found' } as const;
    await withdrawReview(network.node.context, await network.person('lead'), taken);
    await network.drain();
    expect(await logAtHub()).toEqual(before);
    expect(await served()).toEqual([lost.record]);

    // The node asks for the epoch anew, as the hub holds something else by now, and the hub finds both alike.
    await network.drain();
    const { epoch_request } = await db.selectFrom('hub_standing').select('epoch_request').executeTakeFirstOrThrow();
    expect(epoch_request).not.toBeNull();
    await network.approveEpoch(2);
    await network.drain();
    expect(await logAtHub()).toEqual(await own());
    expect(await served()).toEqual([lost.record, later.record].sort());
    const { kid, publicJwk } = await network.node.context.keys.current();
    const keys = new Map([[kid, publicJwk]]);
    for (const epoch of [1, 2]) {
      const jws = (await logAtHub()).filter((row) => row.epoch === epoch).map(({ envelope }) => envelope);
      expect(await verifyChain(jws, startOfEpoch(network.id, epoch), (kid) => keys.get(kid))).toMatchObject({
        ok: true,
      });
    }
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('sets aside what was written for places that are taken, before it could ask the hub', async () => {
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    const lost = await network.publish();
    await network.drain();
    const before = await logAtHub();
    await network.node.stop();
    await network.nodeDatabase.restore();
    let forked = { review: '', record: '' };
    await network.withHubDown(async () => {
      // The hub is away: the node cannot know yet that it was restored.
      await network.withNodeDown(async () => undefined);
      forked = await network.publish();
    });
    await network.drain();
    expect(await logAtHub()).toEqual(before);
    expect((await member()).state).toBe('live');
    const { db } = network.node.context.database;
    const review = await db
      .selectFrom('case_review')
      .select(['state', 'published_revision'])
      .where('id', '=', forked.review)
      .executeTakeFirst();
    expect(review).toEqual({ state: 'approved', published_revision: null });
    const aside = await db.selectFrom('set_aside_publication').select(['record', 'op']).execute();
    expect(aside).toEqual([{ record: forked.record, op: 'publish' }]);
    await network.approveEpoch(3);
    await network.drain();
    expect(await served()).toContain(lost.record);
    expect(await served()).not.toContain(forked.record);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('EPO-3: notices a lost withdrawal that went ahead of its place, though the log fits', async () => {
    const { record } = await network.publish();
    await network.drain();
    const { context } = network.node;
    const [head] = (await logAtHub()).slice(-1);
    if (!head) throw new Error('the hub holds nothing');
    // Signed before the backup was put back, and in no database of the node any more.
    const place = {
      node: network.id,
      epoch: Number(head.epoch),
      seq: Number(head.seq),
      hash: hashOf(head.envelope as CompactJws),
    };
    const created = new Date().toISOString();
    const { jws } = sealPublication(
      place,
      { op: 'withdraw', record, revision: 2 },
      { key: await context.keys.current(), created },
    );
    await (await context.network.hub()).withdrawAhead(jws);
    const before = await logAtHub();

    await network.withNodeDown(async () => undefined);
    await network.publish();
    await network.drain();
    expect(await logAtHub()).toEqual(before);
    const { db } = network.node.context.database;
    expect(await db.selectFrom('taken_ahead').select('record').execute()).toEqual([{ record }]);
    await network.approveEpoch(place.epoch + 1);
    await network.drain();
    expect(await served()).not.toContain(record);
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('EPO-4: goes on with its statement and its returns under the records that the hub knows them by', async () => {
    const lead = await network.person('lead');
    const [statement] = [...(await readDemoStatements()).values()];
    const [returns] = [...(await readDemoReturns()).values()];
    const caseload = returns?.[0];
    if (!statement || !caseload) throw new Error('there are no demo documents');
    const held = async () => ({
      statements: await network.hub.context.database.db
        .selectFrom('practice_statement')
        .select(['record', 'revision'])
        .execute(),
      returns: await network.hub.context.database.db
        .selectFrom('caseload_return')
        .select(['record', 'revision'])
        .execute(),
    });
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    await publishStatement(network.node.context, lead, statement);
    await publishReturn(network.node.context, lead, caseload);
    await network.drain();
    const before = await held();
    expect(before.statements).toHaveLength(1);
    expect(before.returns).toHaveLength(1);

    await network.node.stop();
    await network.nodeDatabase.restore();
    await network.withHubDown(async () => {
      await network.withNodeDown(async () => undefined);
      // The node knows of neither, and cannot ask: it begins both anew.
      await publishStatement(network.node.context, lead, statement);
      await publishReturn(network.node.context, lead, caseload);
    });
    await network.drain();
    const page = `/returns/${caseload.quarter}`;
    expect(await network.readPage('lead', page)).toContain('Waiting to be sent');
    const { epoch } = await network.node.context.database.db
      .selectFrom('membership')
      .select('epoch')
      .executeTakeFirstOrThrow();
    await network.approveEpoch(epoch);
    await network.drain();
    const next = (rows: { record: string; revision: number }[]) =>
      rows.map(({ record, revision }) => ({ record, revision: revision + 1 }));
    expect(await held()).toEqual({ statements: next(before.statements), returns: next(before.returns) });
    // The return that was signed is the one that was written again, whatever its record is called now.
    expect(await network.readPage('lead', page)).toContain('The hub has accepted it.');
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });

  it('EPO-2: an epoch that does not follow what the hub holds cannot begin, and nothing changes', async () => {
    const { context } = network.hub;
    const before = await context.database.db.selectFrom('member').selectAll().orderBy('node').execute();
    await expect(network.approveEpoch(9)).rejects.toMatchObject({ code: 'epoch-not-asked' });
    await expect(network.approveEpoch(3)).rejects.toMatchObject({ code: 'epoch-overtaken' });
    expect(await context.database.db.selectFrom('member').selectAll().orderBy('node').execute()).toEqual(before);
  });
});
