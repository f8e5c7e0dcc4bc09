import { newId } from '@practice-exchange/platform';
import { wholeNetwork } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { updateIndex } from '../src/features/indexing/indexing.ts';
import { addIndexTasks, lockMember } from '../src/features/ingest/store.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

/** What an ingest does and what follows it in the background change the same rows: in one order, or they deadlock. */
describe('an ingest beside the work that follows an earlier one', { timeout: 60_000 }, () => {
  let test: TestHub;
  let member: TestMember;

  beforeAll(async () => {
    test = await startTestHub();
    member = await test.enrol();
    await test.hub.context.jobs.stop();
  });
  afterAll(() => test.stop());

  it.each(['publish', 'withdraw'] as const)('PUB-2: is taken while the hub confirms a %s', async (op) => {
    const { database } = test.hub.context;
    const record = newId();
    const log = publishAs(test, member);
    await log.publish({ op: 'publish', record, audience: wholeNetwork, body: exampleLearning() });
    if (op === 'withdraw') await log.publish({ op: 'withdraw', record, revision: 2 });
    member = { ...member, head: log.head() };
    const { place } = await database.db
      .selectFrom('index_task')
      .select(({ eb }) => eb.cast<number>('seq', 'integer').as('place'))
      .where('record', '=', record)
      .executeTakeFirstOrThrow();
    const confirming = await database.transaction(async (tx) => {
      await lockMember(tx, member.node);
      const work = updateIndex(test.hub.context);
      work.catch(() => undefined);
      await vi.waitUntil(() => somebodyWaits(database), { timeout: 10_000 });
      await addIndexTasks(tx, [
        { record, node: member.node, epoch: 1, seq: place, task: op === 'withdraw' ? 'remove' : 'index', canary: null },
      ]);
      return { work };
    });
    await confirming.work;
    expect(await database.db.selectFrom('index_task').select('record').execute()).toEqual([]);
  });
});

async function somebodyWaits({ db }: TestHub['hub']['context']['database']): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows.length > 0;
}
