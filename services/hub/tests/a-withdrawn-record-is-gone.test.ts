import { newId, whileLocked } from '@practice-exchange/platform';
import { type OnBehalfOf, sha256, verifyPurgeCertificate, wholeNetwork } from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { type Publisher, publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };

describe('a withdrawn record', () => {
  let test: TestHub;
  let owner: TestMember;
  let reader: TestMember;
  let log: Publisher;

  beforeAll(async () => {
    test = await startTestHub();
    owner = await test.enrol();
    reader = await test.enrol({ region: 'south-west' });
    log = publishAs(test, owner);
  });
  afterAll(() => test.stop());

  async function publishOne(word: string): Promise<string> {
    const record = newId();
    const body = exampleLearning({
      title: `The ${word} visit`,
      situation: `A ${word} of words that only this record holds.`,
    });
    await log.publish({ op: 'publish', record, audience: wholeNetwork, body });
    await test.hub.context.jobs.drain();
    return record;
  }

  it('is found before, and by nobody after, not even its owner', async () => {
    const record = await publishOne('marmalade');
    const twin = await publishOne('marmalade');
    expect((await reader.client.search({ q: 'marmalade' }, person)).total).toBe(2);

    await log.publish({ op: 'withdraw', record, revision: 2 });
    for (const { client } of [reader, owner]) {
      const answer = await client.search({ q: 'marmalade' }, person);
      expect(answer.results.map((result) => result.id)).toEqual([twin]);
      await expect(client.learning(record, person)).rejects.toMatchObject({ code: 'gone', status: 410 });
      expect((await client.learning(twin, person)).similar.map((similar) => similar.id)).not.toContain(record);
    }
    await test.hub.context.jobs.drain();
    const after = await reader.client.search({ q: 'marmalade' }, person);
    expect(after.total).toBe(1);
    expect(after.facets.themes?.[0]?.count).toBe(1);
  });

  it('is hidden by the commit that takes the withdrawal, while the index still holds it', async () => {
    const record = await publishOne('porcupine');
    const { index, database } = test.hub.context;
    // What a slow or broken engine would do: it goes on answering with the withdrawn record.
    const before = await index.search({
      words: 'porcupine',
      viewer: { authority: null, region: null },
      sort: 'relevance',
      offset: 0,
      limit: 10,
    });
    expect(before.hits.map((hit) => hit.id)).toEqual([record]);
    const stale = { ...test.hub.context, index: { ...index, search: async () => before, similar: async () => [] } };
    await log.publish({ op: 'withdraw', record, revision: 2 });
    const { search } = await import('../src/features/searching/search.ts');
    const asker = { authority: reader.authority, region: reader.profile.region, prevalenceBand: null };
    const answer = await search(stale as never, { q: 'porcupine' }, asker);
    expect(answer.results).toEqual([]);
    expect(answer.total).toBe(0);
    expect(await database.db.selectFrom('body').selectAll().where('record', '=', record).execute()).toEqual([]);
  });

  it('is not counted while the index still holds it: not in a total, a code’s count or the way to another page', async () => {
    const gone = await publishOne('cartographer');
    const narrowed = await publishOne('cartographer');
    for (let i = 0; i < 12; i += 1) await publishOne('cartographer');
    const { index } = test.hub.context;
    const { remove, index: write } = index;
    const isAway = async () => {
      throw new Error('the engine takes no changes');
    };
    Object.assign(index, { remove: isAway, index: isAway });
    try {
      await log.publish({ op: 'withdraw', record: gone, revision: 2 });
      const audience = { scope: 'authorities' as const, authorities: [owner.authority] };
      await log.publish({ op: 'rescope', record: narrowed, revision: 2, audience });
      for (const page of [1, 2]) {
        const answer = await reader.client.search({ q: 'cartographer', page }, person);
        expect(answer.degraded).toBeUndefined();
        expect(answer.total).toBe(12);
        expect(answer.facets.themes?.[0]?.count).toBe(12);
        expect(answer.pages).toBe(2);
      }
      expect((await owner.client.search({ q: 'cartographer' }, person)).total).toBe(13);
    } finally {
      Object.assign(index, { remove, index: write });
    }
    await test.hub.context.jobs.drain();
    expect((await reader.client.search({ q: 'cartographer' }, person)).total).toBe(12);
  });

  it('WIT-2, WIT-5, WIT-11: is purged, and certified only after the probes found nothing; its tombstone stays', async () => {
    const record = await publishOne('quicksilver');
    await log.publish({ op: 'withdraw', record, revision: 2 });
    await test.hub.context.jobs.drain();
    expect(await test.hub.context.index.has(record)).toBe(false);
    expect(await test.hub.context.index.containsPhrase('The quicksilver visit')).toEqual([]);
    const said = (await log.receipts()).filter((receipt) => receipt.record === record);
    expect(said.map(({ state }) => state)).toEqual(['accepted', 'indexed', 'withdrawn', 'purged']);
    const { certificate = '' } = (await owner.client.receipts(0)).receipts.at(-1) ?? {};
    expect(said.at(-1)?.certificate).toBe(sha256(certificate));
    const keys = new Map(test.hub.context.hub.keys.map(({ kid, key }) => [kid, key]));
    expect(verifyPurgeCertificate(certificate, (kid) => keys.get(kid)).certificate).toMatchObject({
      record,
      notProven: ['print-outs', 'downloads', 'backups', 'other-nodes'],
      copies: { told: expect.any(Number), confirmed: 0 },
    });
    const { db } = test.hub.context.database;
    expect(await db.selectFrom('body').selectAll().where('record', '=', record).execute()).toEqual([]);
    const kept = await db.selectFrom('publication').select('revision').where('record', '=', record).execute();
    expect(kept.map(({ revision }) => revision).sort()).toEqual([1, 2]);
    const tombstone = await db.selectFrom('record').selectAll().where('id', '=', record).executeTakeFirstOrThrow();
    expect(tombstone).toMatchObject({ state: 'withdrawn', revision: 2 });
  });

  it('WIT-4: goes ahead of what was published before it and still waits for the index', async () => {
    const record = await publishOne('wheelbarrow');
    const { context } = test.hub;
    const done: string[] = [];
    const { index } = context;
    const { index: write, remove } = index;
    index.index = async (documents) => {
      done.push('index');
      await write.call(index, documents);
    };
    index.remove = async (records) => {
      done.push('remove');
      await remove.call(index, records);
    };
    try {
      // Nothing is written to the index until all of it waits.
      await whileLocked(context.database, 'index-writer', async () => {
        const waiting = () =>
          ({ op: 'publish', record: newId(), audience: wholeNetwork, body: exampleLearning() }) as const;
        await log.publish(waiting(), waiting());
        await log.publish({ op: 'withdraw', record, revision: 2 });
        expect(done).toEqual([]);
      });
      await context.jobs.drain();
    } finally {
      Object.assign(index, { index: write, remove });
    }
    expect(done.slice(0, 2)).toEqual(['remove', 'index']);
  });

  it('WIT-7: leaves a tombstone even where the hub never held it: what is taken back before it came never comes', async () => {
    const record = newId();
    await log.publish({ op: 'withdraw', record, revision: 2 });
    await test.hub.context.jobs.drain();
    const before = heldIn(await test.state());
    expect((before.record as string[]).some((row) => row.includes(record))).toBe(true);
    await log.publish({ op: 'publish', record, audience: wholeNetwork, body: exampleLearning() });
    expect((await log.receipts()).at(-1)).toMatchObject({ state: 'rejected', reason: 'record-withdrawn' });
    expect(heldIn(await test.state())).toEqual(before);
    await expect(owner.client.learning(record, person)).rejects.toMatchObject({ code: 'gone' });
    await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('never returns: not as a revision, not under the same id, not past the service', async () => {
    const record = await publishOne('tarpaulin');
    await log.publish({ op: 'withdraw', record, revision: 2 });
    await test.hub.context.jobs.drain();
    const { db } = test.hub.context.database;
    const tombstone = await db.selectFrom('record').selectAll().where('id', '=', record).executeTakeFirstOrThrow();
    await log.publish(
      { op: 'revise', record, revision: 3, audience: wholeNetwork, body: exampleLearning() },
      { op: 'publish', record, audience: wholeNetwork, body: exampleLearning() },
      { op: 'rescope', record, revision: 3, audience: wholeNetwork },
    );
    const last = (await log.receipts()).slice(-3);
    expect(last.map(({ state, reason }) => [state, reason])).toEqual(Array(3).fill(['rejected', 'record-withdrawn']));
    await expect(db.updateTable('record').set({ state: 'shared' }).where('id', '=', record).execute()).rejects.toThrow(
      'never returns',
    );
    expect(await db.selectFrom('record').selectAll().where('id', '=', record).executeTakeFirst()).toEqual(tombstone);
    expect(await db.selectFrom('learning_record').selectAll().where('id', '=', record).execute()).toEqual([]);
  });

  it('WIT-6: can be withdrawn by its owner alone', async () => {
    const record = await publishOne('windmill');
    const thief = publishAs(test, reader);
    const before = heldIn(await test.state());
    await thief.publish({ op: 'withdraw', record, revision: 2 });
    expect((await thief.receipts()).at(-1)).toMatchObject({ state: 'rejected', reason: 'not-owner' });
    expect(heldIn(await test.state())).toEqual(before);
    expect((await reader.client.learning(record, person)).record.title).toBe('The windmill visit');
  });
});

/** What is held and served: everything but the log, its answers and its head. */
function heldIn(state: unknown): Record<string, unknown> {
  const { member: _, publication: __, receipt: ___, ...held } = state as Record<string, unknown>;
  return held;
}
