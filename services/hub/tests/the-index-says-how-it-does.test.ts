import { newId } from '@practice-exchange/platform';
import {
  authoritiesAudience,
  type OnBehalfOf,
  type PublicationIntent,
  sha256,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { type LearningIndex, SearchUnavailable } from '@practice-exchange/search';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addIndexTasks } from '../src/features/ingest/store.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { type Publisher, publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';
import { Visitor } from '../src/testing/visitor.ts';

const page = '/operator/index';
const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const people = [
  { id: 'olu', name: 'Olu', roles: ['operator' as const] },
  { id: 'ann', name: 'Ann', roles: ['analyst' as const] },
];

describe('the page of the search index', { timeout: 60_000 }, () => {
  let test: TestHub;
  let operator: Visitor;
  let analyst: Visitor;
  let owner: TestMember;
  let log: Publisher;
  let index: LearningIndex;
  const records: string[] = [];

  beforeAll(async () => {
    test = await startTestHub({ statisticsArePublic: true }, people);
    owner = await test.enrol();
    log = publishAs(test, owner);
    for (let number = 0; number < 3; number += 1) records.push(newId());
    await log.publish(...records.map((record) => publish(record)));
    await test.hub.context.jobs.drain();
    ({ index } = test.hub.context);
    operator = new Visitor(test.url);
    analyst = new Visitor(test.url);
    await operator.get('/sign-in/demo/olu');
    await analyst.get('/sign-in/demo/ann');
  }, 60_000);
  // None is due by itself while a test looks.
  beforeEach(async () => {
    test.hub.context.index = index;
    await database().updateTable('index_comparison').set({ compared_at: sql`now()` }).execute();
  });
  afterAll(() => test.stop());

  const database = () => test.hub.context.database.db;
  const publish = (record: string): PublicationIntent => ({
    ...{ op: 'publish', record, audience: wholeNetwork },
    body: exampleLearning({ title: 'The lighthouse and its keeper' }),
  });
  const asked = async () => {
    const comparisons = await database().selectFrom('index_comparison').select('asked_at').execute();
    const entries = await database()
      .selectFrom('audit_entry as e')
      .innerJoin('person as p', 'p.id', 'e.person')
      .select('p.subject')
      .where('e.action', '=', 'index-comparison-asked')
      .execute();
    return { at: comparisons[0]?.asked_at ?? null, by: entries.map(({ subject }) => subject) };
  };
  /** What the page says beside a heading of its list. */
  async function says(): Promise<{ (key: string): string; body: string }> {
    const { status, body } = await operator.get(page);
    expect(status).toBe(200);
    const rows = new Map(
      [...body.matchAll(/<dt[^>]*>([\s\S]*?)<\/dt>\s*<dd[^>]*>([\s\S]*?)<\/dd>/g)].map(([, key = '', value = '']) => [
        key.trim(),
        value.trim(),
      ]),
    );
    return Object.assign((key: string) => rows.get(key) ?? '', { body });
  }

  it('is for operators alone, and nobody else has the index compared', async () => {
    expect((await analyst.get(page)).status).toBe(403);
    expect((await new Visitor(test.url).get(page)).status).toBe(303);
    const before = await test.state();
    expect((await analyst.post(page, '/releases', {})).status).toBe(403);
    expect([303, 403]).toContain((await new Visitor(test.url).post(page, '/sign-in', {})).status);
    const forged = await operator.post(page, '/livez', {});
    expect(forged.status).toBe(403);
    expect(await asked()).toEqual({ at: null, by: [] });
    expect(await test.state()).toEqual(before);
  });

  it('says which engine there is, what it holds, and that nothing waits', async () => {
    const read = await says();
    expect(read.body).toContain('The index answers searches.');
    expect(read('Engine')).toBe('Embedded index');
    expect(read('Records in the index')).toBe('3');
    expect(read('Records shared by the hub')).toBe('3');
    expect(read('Waiting to be put in or changed')).toBe('None');
    expect(read('Taken back, waiting to be removed')).toBe('None');
    expect(read('Shown to fewer, waiting to be proved')).toBe('None');
    expect(read('Last compared')).toMatch(/^\d+ \w+ \d{4} at \d\d:\d\d: nothing to mend$/);
  });

  it('counts what waits, and says since when the oldest of it does', async () => {
    const [kept = '', narrowed = '', taken = ''] = records;
    // No engine, so that everything waits.
    const away = async () => Promise.reject(new SearchUnavailable('It is away'));
    test.hub.context.index = { ...index, index: away, remove: away };
    await log.publish(
      publish(newId()),
      { op: 'rescope', record: narrowed, revision: 2, audience: authoritiesAudience([owner.authority]) },
      { op: 'withdraw', record: taken, revision: 2 },
    );
    await database().updateTable('index_task').set({ created_at: sql`timestamptz '2026-03-01 10:00Z'` }).execute();
    const place = { node: owner.node, epoch: 1, seq: owner.head.seq + 1, canary: null };
    await test.hub.context.database.transaction((tx) => addIndexTasks(tx, [{ ...place, record: kept, task: 'index' }]));
    await database().updateTable('narrowing').set({ hidden_at: sql`timestamptz '2026-03-02 11:00Z'` }).execute();
    const read = await says();
    expect(read('Records in the index')).toBe('3');
    expect(read('Records shared by the hub')).toBe('3');
    expect(read('Waiting to be put in or changed')).toBe('3 records, the oldest since 1 March 2026 at 10:00');
    expect(read('Taken back, waiting to be removed')).toBe('1 record, since 1 March 2026 at 10:00');
    expect(read('Shown to fewer, waiting to be proved')).toBe('1 record, since 2 March 2026 at 11:00');
    test.hub.context.index = index;
    await test.hub.context.jobs.wake('update-index');
    await test.hub.context.jobs.drain();
    const later = await says();
    expect(later('Waiting to be put in or changed')).toBe('None');
    expect(later('Taken back, waiting to be removed')).toBe('None');
    expect(later('Shown to fewer, waiting to be proved')).toBe('None');
  });

  it('has the index compared when an operator asks, and says what was mended', async () => {
    const { jobs } = test.hub.context;
    const [lost = ''] = records;
    await index.remove([lost]);
    await jobs.wake('update-index');
    await jobs.drain();
    // It is not due, so nobody has noticed.
    expect(await index.has(lost)).toBe(false);
    expect((await operator.post(page, page, {})).location).toBe(page);
    await jobs.drain();
    expect(await index.has(lost)).toBe(true);
    expect((await asked()).by).toEqual(['olu']);
    const read = await says();
    expect(read.body).toContain('You have asked for a comparison');
    expect(read('Last compared')).toMatch(/: 1 record put in$/);

    const stranger = newId();
    const [held] = await index.entries({ after: null, limit: 1 });
    const document = { ...(await documentLike(held?.id ?? '')), id: stranger };
    await index.index([document]);
    await operator.post(page, page, {});
    await jobs.drain();
    expect(await index.has(stranger)).toBe(false);
    expect((await says())('Last compared')).toMatch(/: 1 record taken out$/);
    await operator.post(page, page, {});
    await jobs.drain();
    const again = await says();
    expect(again('Last compared')).toMatch(/: nothing to mend$/);
    expect(again('Last mended')).toMatch(/: 1 record taken out$/);
  });

  it('says why the database answers instead, without waiting for the engine', async () => {
    const away = async () => Promise.reject(new SearchUnavailable('The engine has gone for a walk'));
    test.hub.context.index = { ...index, count: away };
    const gone = await says();
    expect(gone.body).toContain('The database answers searches: the search engine is away.');
    expect(gone.body).toContain('The engine has gone for a walk.');
    expect(gone('Records in the index')).toBe('Not known while the engine is away');
    expect(gone('Records shared by the hub')).toBe('3');

    const engine = Promise.withResolvers<boolean>();
    test.hub.context.index = { ...index, isWhole: () => engine.promise };
    const began = performance.now();
    expect((await says()).body).toContain('did not answer within a second');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await operator.post(page, page, {})).status).toBe(303);
    expect((await says())('Asked for')).toMatch(/: begins when the engine answers$/);
    engine.resolve(true);
    await test.hub.context.jobs.drain();

    test.hub.context.index = { ...index, isWhole: async () => false };
    expect((await says()).body).toContain('The database answers searches: the index is being filled.');
  });

  it('says of how many authorities searches are held back, and only of those', async () => {
    const reader = await test.enrol();
    await test.hub.context.jobs.drain();
    await test.hub.context.jobs.stop();
    const degraded = async (member: TestMember) => (await member.client.search({ q: 'lighthouse' }, person)).degraded;
    await sql`
      insert into index_task (record, node, epoch, seq, task)
      select gen_random_uuid(), ${owner.node}, 1, 1, 'index' from generate_series(1, 1001)`.execute(database());
    expect((await says()).body).toContain('The database answers searches of 2 of 2 authorities.');
    expect([await degraded(owner), await degraded(reader)]).toEqual(['database', 'database']);

    // Now they are records that one of the two may see.
    await sql`
      insert into record (id, node, kind, revision, audience, state, synthetic)
      select record, node, 'learning', 1, '{"scope":"network"}', 'shared', false from index_task`.execute(database());
    await sql`
      insert into learning_record (id, node, authority, revision, epoch, seq, audience_scope, audience_authorities, content)
      select t.record, l.node, l.authority, 1, l.epoch, l.seq, 'authorities', array[l.authority], l.content
      from index_task t, (select * from learning_record limit 1) l`.execute(database());
    expect((await says()).body).toContain('The database answers searches of 1 of 2 authorities.');
    expect([await degraded(owner), await degraded(reader)]).toEqual([undefined, 'database']);
  });

  async function documentLike(id: string) {
    const row = await database()
      .selectFrom('learning_record')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return {
      ...{ id, revision: 1, authority: row.authority, region: owner.profile.region, prevalenceBand: null },
      ...{ audience: wholeNetwork, published: row.published_at.toISOString(), record: row.content },
    };
  }
});
