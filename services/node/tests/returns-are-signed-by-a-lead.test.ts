import { quarterBefore, quarterOf } from '@practice-exchange/protocol';
import { type FormSession, openForm, postForm, signInAs } from '@practice-exchange/web/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedNode, startGuardedNode } from './guarded-node.ts';

const quarter = quarterBefore(quarterOf(new Date()));
const page = `/returns/${quarter}`;

/** A file with a number for each of these; everything else is left out and counts 0. */
function fileOf(rows: readonly string[]): string {
  return ['section,code,label,count', ...rows].join('\r\n');
}

const good = [
  'totals,childPopulation,,"50,000"',
  'totals,referrals,,10',
  'totals,assessments,,8',
  'referralsByConcernCategory,islamist,,10',
  'referralsBySource,school,,10',
  'referralsByThresholdDecision,early-help,,10',
  'referralsByAgeBand,13-to-15,,10',
  'assessmentsByConcernCategory,islamist,,8',
  'outcomesByConcernCategory,islamist:concern-reduced,,3',
];

describe('a caseload return', () => {
  let node: GuardedNode;
  let lead: FormSession;
  let author: FormSession;

  beforeAll(async () => {
    node = await startGuardedNode();
    const app = await node.openApp();
    lead = await signInAs(app, 'both');
    author = await signInAs(app, 'author');
  });
  afterAll(() => node.stop());

  async function state() {
    const { db } = node.database;
    return JSON.stringify([
      await db.selectFrom('return_working').selectAll().execute(),
      await db.selectFrom('return_edition').selectAll().execute(),
      await db.selectFrom('publication').select(['seq', 'op', 'hash']).execute(),
    ]);
  }

  async function upload(session: FormSession, file: string) {
    const { answer, token } = await openForm(session, page);
    const version = /name="version" value="(\d+)"/.exec(answer.body)?.[1] ?? '';
    const form = new FormData();
    form.set('_csrf', token ?? '');
    form.set('version', version);
    form.set('file', new Blob([file]), 'return.csv');
    const request = new Request('http://node.test', { method: 'POST', body: form });
    return session.app.inject({
      method: 'POST',
      url: `${page}/upload`,
      cookies: session.cookies,
      headers: { 'content-type': request.headers.get('content-type') ?? '' },
      payload: Buffer.from(await request.arrayBuffer()),
    });
  }

  const version = async () => {
    const row = await node.database.db.selectFrom('return_working').select('version').executeTakeFirst();
    return String(row?.version);
  };

  it('that is uploaded with bad rows changes nothing, and every bad row is named', async () => {
    const before = await state();
    const answer = await upload(
      author,
      fileOf([
        'totals,referrals,,twelve',
        'referralsBySource,schol,,4',
        good[1] ?? '',
        'elsewhere,x,,1',
        'totals,referrals,,3',
      ]),
    );
    expect(answer.statusCode).toBe(400);
    for (const row of [
      ['2', 'is not a whole number'],
      ['3', 'is not a code of Referrals by referral source'],
      ['4', 'is there twice'],
      ['5', 'is not a section'],
      ['6', 'is there twice'],
    ]) {
      expect(answer.body).toMatch(new RegExp(`Row ${row[0]}</th>[^]*?${row[1]}`));
    }
    expect(await state()).toBe(before);
    for (const file of ['', 'a,b\r\n1,2', fileOf([]), '"never closed']) {
      expect((await upload(author, file)).statusCode, file).toBe(400);
      expect(await state()).toBe(before);
    }
  });

  it('that does not add up cannot be signed, and says where', async () => {
    await upload(author, fileOf(good.map((row) => row.replace('school,,10', 'school,,9'))));
    const { answer } = await openForm(lead, page);
    expect(answer.body).toContain('Referrals by referral source add up to 9, but there were 10 referrals');
    const before = await state();
    const refused = await postForm(lead, `${page}/sign`, { version: await version() });
    expect(refused.statusCode).toBe(422);
    expect(await state()).toBe(before);
  });

  it('is signed by a lead alone, and unusual numbers are acknowledged first', async () => {
    expect((await upload(author, fileOf(good))).statusCode).toBe(303);
    const taken = await openForm(author, page);
    const before = await state();
    expect((await postForm(author, `${page}/sign`, { version: await version() }, taken.token)).statusCode).toBe(403);
    expect(await state()).toBe(before);

    await upload(
      author,
      fileOf(
        good.map((row) => row.replace('assessments,,8', 'assessments,,12').replace('islamist,,8', 'islamist,,12')),
      ),
    );
    const unread = await state();
    const { answer, token } = await openForm(lead, page);
    expect(answer.body).toContain('There are more assessments (12) than referrals (10).');
    const refused = await postForm(lead, `${page}/sign`, { version: await version() }, token);
    expect(refused.statusCode).toBe(422);
    expect(await state()).toBe(unread);

    const signed = await postForm(
      lead,
      `${page}/sign`,
      { version: await version(), acknowledged: 'more-assessments-than-referrals' },
      token,
    );
    expect(signed.statusCode).toBe(303);
    const [edition] = await node.database.db.selectFrom('return_edition').selectAll().execute();
    expect(edition).toMatchObject({ quarter, revision: 1, acknowledged: ['more-assessments-than-referrals'] });
    const published = await node.database.db.selectFrom('publication').select('op').execute();
    expect(published.map(({ op }) => op)).toEqual(['return']);
  });

  it('never changes once signed: a correction is a new revision with its reason', async () => {
    const before = await state();
    for (const statement of [
      sql`update return_edition set content = '{}'`,
      sql`delete from return_edition`,
      sql`insert into return_edition select quarter, 2, record, content, '[]', null, prepared_by,
        (select id from person where subject = 'author') from return_edition`,
    ]) {
      await expect(statement.execute(node.database.db)).rejects.toThrow();
    }
    expect(await state()).toBe(before);

    expect((await postForm(lead, `${page}/correct`, { note: 'Two were counted twice' })).statusCode).toBe(303);
    await upload(author, fileOf(good));
    const signed = await postForm(lead, `${page}/sign`, { version: await version() });
    expect(signed.statusCode).toBe(303);
    const editions = await node.database.db.selectFrom('return_edition').selectAll().orderBy('revision').execute();
    expect(editions.map(({ revision, note }) => [revision, note])).toEqual([
      [1, null],
      [2, 'Two were counted twice'],
    ]);
  });
});
