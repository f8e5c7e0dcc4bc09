import { newId } from '@practice-exchange/platform';
import { type OnBehalfOf, sha256, wholeNetwork } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { exampleReturn } from '../src/testing/example-return.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';
import { Visitor } from '../src/testing/visitor.ts';

const page = '/operator/prevalence-bands';
const people = [
  { id: 'olu', name: 'Olu', roles: ['operator' as const] },
  { id: 'ann', name: 'Ann', roles: ['analyst' as const] },
];
const reader: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const cut = { medium: '20', high: '33.5', reason: 'Twice as many are referred since the duty began.' };

describe('prevalence bands', () => {
  let test: TestHub;
  let operator: Visitor;
  let analyst: Visitor;
  /** They return 8, 16 and 32 referrals a quarter for 50,000 children, so 6.4, 12.8 and 25.6 a year for each 10,000. */
  let members: [TestMember, TestMember, TestMember];
  let silent: TestMember;

  beforeAll(async () => {
    test = await startTestHub({ statisticsArePublic: true }, people);
    members = [await test.enrol(), await test.enrol(), await test.enrol()];
    silent = await test.enrol();
    for (const [at, member] of members.entries()) {
      await publishAs(test, member).publish(
        { op: 'publish', record: newId(), audience: wholeNetwork, body: exampleLearning({}) },
        { op: 'return', record: newId(), revision: 1, body: exampleReturn('2026-Q1', 8 * 2 ** at) },
        { op: 'return', record: newId(), revision: 1, body: exampleReturn('2026-Q2', 8 * 2 ** at) },
      );
    }
    await test.hub.context.jobs.drain();
    operator = new Visitor(test.url);
    analyst = new Visitor(test.url);
    await operator.get('/sign-in/demo/olu');
    await analyst.get('/sign-in/demo/ann');
  }, 60_000);
  afterAll(() => test.stop());

  const database = () => test.hub.context.database.db;

  async function bands(): Promise<(string | null)[]> {
    const rows = await database().selectFrom('authority').select(['id', 'prevalence_band']).execute();
    return [...members, silent].map(
      ({ authority }) => rows.find(({ id }) => id === authority)?.prevalence_band ?? null,
    );
  }

  /** How many learning records a search finds in each band, as the index knows them. */
  async function found() {
    const counts = ['low', 'medium', 'high'].map(async (band) => {
      const answer = await silent.client.search({ q: '', filters: { prevalenceBand: [band as 'low'] } }, reader);
      expect(answer.degraded ?? null).toBeNull();
      return answer.total;
    });
    return Promise.all(counts);
  }

  const entries = () =>
    database().selectFrom('audit_entry').select('detail').where('action', '=', 'prevalence-bands-cut').execute();

  it('are cut where the network began, and an authority without a return has none', async () => {
    expect(await bands()).toEqual(['high', 'high', 'high', null]);
    expect(await found()).toEqual([0, 0, 3]);
    expect((await operator.get(page)).body).toContain('The cuts with which the network began');
  });

  it('are not cut elsewhere without a reason, upside down, by something that is no number, or by somebody else', async () => {
    const before = await test.digest();
    for (const [wrong, sentence] of [
      [{ ...cut, reason: ' why ' }, 'Say why the bands are cut here'],
      [{ ...cut, reason: 'x'.repeat(1001) }, 'Say why in at most 1,000 characters'],
      [{ ...cut, high: '20' }, 'High must begin above medium'],
      [{ ...cut, medium: '40' }, 'High must begin above medium'],
      [{ ...cut, medium: '0' }, 'Enter where medium begins'],
      [{ ...cut, medium: '-3' }, 'Enter where medium begins'],
      [{ ...cut, high: 'many' }, 'Enter where high begins'],
      [{ ...cut, high: '' }, 'Enter where high begins'],
    ] as const) {
      const answer = await operator.post(page, page, wrong);
      expect(answer.status, sentence).toBe(400);
      expect(answer.body).toContain('<title>Error: ');
      expect(answer.body).toContain(sentence);
    }
    const refused = await analyst.post(page, '/releases', cut);
    expect([refused.status, refused.body.includes('Your role does not include this')]).toEqual([403, true]);
    expect([303, 403]).toContain((await new Visitor(test.url).post(page, '/sign-in', cut)).status);
    await expect(
      sql`insert into prevalence_cut (medium, high, reason) values (3, 5, 'short')`.execute(database()),
    ).rejects.toThrow();
    await expect(
      sql`insert into prevalence_cut (medium, high, reason) values (5, 3, 'A reason that is long enough')`.execute(
        database(),
      ),
    ).rejects.toThrow(/high_is_above_medium/);
    expect(await test.digest()).toBe(before);
  });

  it('move at once for every authority and for search, and the record says who, when and why', async () => {
    const answer = await operator.post(page, page, { ...cut, medium: '10', high: '20' });
    expect(answer.status).toBe(303);
    expect(await bands()).toEqual(['low', 'medium', 'high', null]);
    await test.hub.context.jobs.drain();
    expect(await found()).toEqual([1, 1, 1]);
    expect((await operator.get(page)).body).toContain('2 authorities are in another band');
    expect((await operator.post(page, page, cut)).status).toBe(303);
    expect(await bands()).toEqual(['low', 'low', 'medium', null]);
    await test.hub.context.jobs.drain();
    expect(await found()).toEqual([2, 1, 0]);

    const kept = await database()
      .selectFrom('prevalence_cut as c')
      .leftJoin('person as p', 'p.id', 'c.decided_by')
      .select(['c.medium', 'c.high', 'c.reason', 'p.subject'])
      .orderBy('c.id')
      .execute();
    expect(kept.map(({ medium, high, subject }) => [Number(medium), Number(high), subject])).toEqual([
      [2, 4, null],
      [10, 20, 'olu'],
      [20, 33.5, 'olu'],
    ]);
    expect((await entries()).map(({ detail }) => detail)).toEqual([
      { medium: 10, high: 20, authoritiesChanged: 2 },
      { medium: 20, high: 33.5, authoritiesChanged: 2 },
    ]);
    for (const address of [page, '/methodology']) {
      const { body } = await operator.get(address);
      expect(body, address).toContain(cut.reason);
      expect(body, address).toContain('from 20 ');
    }
  });

  it('follow the next return by the cuts of now, and what was decided never changes', async () => {
    const before = await database().selectFrom('prevalence_cut').selectAll().orderBy('id').execute();
    for (const statement of [
      sql`update prevalence_cut set reason = 'Another reason than there was'`,
      sql`delete from prevalence_cut`,
    ])
      await expect(statement.execute(database())).rejects.toThrow();
    expect(await database().selectFrom('prevalence_cut').selectAll().orderBy('id').execute()).toEqual(before);

    const body = exampleReturn('2026-Q2', 48);
    await publishAs(test, silent).publish({ op: 'return', record: newId(), revision: 1, body });
    expect(await bands()).toEqual(['low', 'low', 'medium', 'high']);
    expect(await entries()).toHaveLength(2);
  });
});
