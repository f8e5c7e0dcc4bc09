import { newId, whileLocked } from '@practice-exchange/platform';
import { type OnBehalfOf, type SearchResponse, sha256, wholeNetwork } from '@practice-exchange/protocol';
import type { LearningIndex } from '@practice-exchange/search';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mendIndex, updateIndex } from '../src/features/indexing/indexing.ts';
import { addIndexTasks } from '../src/features/ingest/store.ts';
import { search } from '../src/features/searching/search.ts';
import { type BreakableEngine, breakableEngine, engineNames } from '../src/testing/breakable-engines.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { type Publisher, publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };

for (const name of engineNames) {
  const found = await breakableEngine(name);
  if ('skip' in found) {
    describe.skip(`search without its engine: ${name} (skipped: ${found.skip})`, () => {
      it('is not tested here', () => undefined);
    });
  } else {
    describe(`search without its engine: ${name}`, () => goesOnWithout(found));
  }
}

function goesOnWithout(engine: BreakableEngine): void {
  let test: TestHub;
  let member: TestMember;
  let log: Publisher;
  let published = 0;

  beforeAll(async () => {
    test = await startTestHub(engine.settings);
    member = await test.enrol();
    log = publishAs(test, member);
    await publish(12);
    await healed();
  });
  afterAll(async () => {
    await test?.stop();
    await engine.stop();
  });

  async function publish(count: number): Promise<void> {
    const intents = Array.from({ length: count }, () => ({
      op: 'publish' as const,
      record: newId(),
      audience: wholeNetwork,
      body: exampleLearning({ title: 'The lighthouse and its keeper' }),
    }));
    await log.publish(...intents);
    published += count;
  }

  const ask = () => member.client.search({ q: 'lighthouse keepers' }, person);
  const expectWhole = (answer: SearchResponse) => {
    expect(answer.degraded).toBeUndefined();
    expect(answer.total).toBe(published);
    expect(answer.facets.themes?.[0]?.count).toBe(published);
  };
  const expectFromDatabase = (answer: SearchResponse, why: SearchResponse['degraded'] = 'database') => {
    expect(answer.degraded).toBe(why);
    expect(answer.total).toBe(published);
    expect(answer.results).toHaveLength(10);
  };
  /** Everything is found by the engine again, without anybody's help. */
  const healed = () => vi.waitFor(async () => expectWhole(await ask()), { timeout: 50_000, interval: 100 });

  it('answers from the database while it is down, what is new at once, and heals', { timeout: 60_000 }, async () => {
    expectWhole(await ask());
    await engine.kill();
    expectFromDatabase(await ask());
    await publish(1);
    expectFromDatabase(await ask());
    await engine.revive();
    await healed();
  });

  it('does not wait for one that hangs, for results or for what is alike, and heals', { timeout: 90_000 }, async () => {
    const [{ id } = { id: '' }] = (await ask()).results;
    await engine.hang();
    const began = performance.now();
    expectFromDatabase(await ask());
    const waited = performance.now() - began;
    expect(waited).toBeLessThan(10_000);
    // The next person is not made to wait for it again.
    expectFromDatabase(await ask());
    expect(performance.now() - began - waited).toBeLessThan(waited);
    expect((await member.client.learning(id, person)).similar).toEqual([]);
    await engine.revive();
    await healed();
  });

  it('answers from the database when the index was wiped, and heals', { timeout: 60_000 }, async () => {
    const { database, index } = test.hub.context;
    // Nobody mends it before we have looked.
    await whileLocked(database, 'index-writer', async () => {
      await index.clear();
      expectFromDatabase(await ask(), 'filling');
    });
    await healed();
  });

  it('is not whole when something was lost while it was mended, though as many are held', {
    timeout: 60_000,
  }, async () => {
    const { context } = test.hub;
    const { index, database } = context;
    await context.jobs.stop();
    const [first, second] = await index.entries({ after: null, limit: 2 });
    if (!first || !second) throw new Error('nothing is held');
    const task = { node: member.node, epoch: 1, seq: member.head.seq + 1, record: second.id, canary: null };
    await database.transaction((tx) => addIndexTasks(tx, [{ ...task, task: 'index' }]));
    await index.setWhole(false);
    let isLost = false;
    const losing: LearningIndex = {
      ...index,
      entries: async (page) => {
        const entries = await index.entries(page);
        if (!isLost) await index.remove([first.id]);
        isLost = true;
        return entries;
      },
    };
    await mendIndex({ ...context, index: losing });
    expect(await index.isWhole()).toBe(false);
    await mendIndex(context);
    expect(await index.isWhole()).toBe(true);
    await updateIndex(context);
    expectWhole(await ask());
  });

  it('never shows half an index: it is not asked while it is mended', { timeout: 60_000 }, async () => {
    const { context } = test.hub;
    const { index } = context;
    await context.jobs.stop();
    const held = await index.entries({ after: null, limit: 100 });
    await index.remove(held.slice(0, 5).map(({ id }) => id));
    const during: SearchResponse[] = [];
    const asker = { authority: member.authority, region: member.profile.region, prevalenceBand: null };
    const watched: LearningIndex = {
      ...index,
      index: async (documents) => {
        during.push(await search(context, { q: 'lighthouse keepers' }, asker));
        await index.index(documents);
      },
    };
    expect(await mendIndex({ ...context, index: watched })).toEqual({ indexed: 5, removed: 0 });
    expect(during).toHaveLength(1);
    for (const answer of during) expectFromDatabase(answer, 'filling');
    expectWhole(await ask());
  });
}
