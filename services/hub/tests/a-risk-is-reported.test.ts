import { newId } from '@practice-exchange/platform';
import {
  type Audience,
  hubPaths,
  type OnBehalfOf,
  type PublicationIntent,
  protocolLimits,
  type RiskReport,
  type RiskReportRequest,
  regionsAudience,
  type SealedPublication,
  sealPublication,
  sha256,
  signRequestToken,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markKeyNotTrusted } from '../src/features/keys/keys.ts';
import { liftSuspension, suspend } from '../src/features/members/standing.ts';
import { warnOfRiskReports } from '../src/features/risk-reports/risk-reports.ts';
import { forgetSettled } from '../src/features/risk-reports/store.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';
import { Visitor } from '../src/testing/visitor.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const operator = { id: 'nadia', name: 'Nadia', roles: ['operator' as const] };
const southWest = regionsAudience(['south-west']);
const says = 'In “What happened”, the third sentence: only one club in the valley closed in that spring.';

describe('a report that somebody could be recognised', { timeout: 120_000 }, () => {
  let test: TestHub;
  /** Sees what the whole network may see, and nothing that is for the south-west alone. */
  let reporter: TestMember;
  let neighbour: TestMember;

  beforeAll(async () => {
    test = await startTestHub({}, [operator]);
    reporter = await test.enrol({ name: 'Reporting Council', region: 'north-east' });
    neighbour = await test.enrol({ region: 'south-west' });
  });
  afterAll(() => test.stop());

  const drain = () => test.hub.context.jobs.drain();
  const db = () => test.hub.context.database.db;
  const rowOf = (id: string) => db().selectFrom('risk_report').selectAll().where('id', '=', id).executeTakeFirst();

  /** An authority with one record that is shared, and a log in which it goes on. */
  async function owner(audience: Audience = wholeNetwork) {
    const member = await test.enrol({ name: 'Owning Council' });
    let { head } = member;
    const seal = (intent: PublicationIntent): SealedPublication => {
      const sealed = sealPublication(head, intent, { key: member.key, created: '2026-01-01T00:00:00Z' });
      head = sealed.head;
      return sealed;
    };
    const publish = async (...intents: PublicationIntent[]) =>
      member.client.publish(intents.map((intent) => seal(intent).item));
    const record = newId();
    const body = exampleLearning();
    await publish({ op: 'publish', record, audience, body });
    return { member, seal, publish, record, body };
  }

  const reportOf = (record: string, changes: Partial<RiskReportRequest> = {}): RiskReportRequest => ({
    ...{ id: newId(), record, how: 'known-locally', says },
    ...changes,
  });

  async function listOf({ client }: TestMember): Promise<RiskReport[]> {
    const all: RiskReport[] = [];
    for (let after: string | undefined; ; ) {
      const { reports, next } = await client.riskReports(after);
      all.push(...reports);
      if (next === null) return all;
      after = next;
    }
  }
  const seenBy = async (member: TestMember, id: string) => (await listOf(member)).find((report) => report.id === id);

  /** A refusal with its code, by which nothing has changed. */
  async function refused(attempt: () => Promise<unknown>, code: string): Promise<void> {
    await drain();
    const before = await test.digest();
    await expect(attempt()).rejects.toMatchObject({ code });
    expect(await test.digest()).toBe(before);
  }

  it('RSK-1, RSK-6: reaches the owner with whom it is from, and tells the reporter nothing of whose the record is', async () => {
    const { member, record } = await owner();
    const report = reportOf(record);
    const taken = await reporter.client.reportRisk(report);
    const told = { id: report.id, record, revision: 1, how: 'known-locally', says, state: 'open', answer: null };
    expect(taken).toMatchObject({ ...told, side: 'made', by: null });
    expect(await seenBy(member, report.id)).toMatchObject({
      ...{ ...told, side: 'received' },
      by: { authority: reporter.authority, name: 'Reporting Council' },
    });
    const made = await seenBy(reporter, report.id);
    expect(made).toEqual({ ...taken });
    expect(JSON.stringify(made)).not.toContain(member.authority);
    expect(JSON.stringify(made)).not.toContain('Owning Council');
    expect(await seenBy(neighbour, report.id)).toBeUndefined();
  });

  it('RSK-1: is made for an authority and never for a person, in the shape that is given, and nothing changes', async () => {
    const { record } = await owner();
    await drain();
    const ask = async (body: object, asPerson: OnBehalfOf | null) => {
      const text = JSON.stringify(body);
      const iat = Math.floor(Date.now() / 1000);
      const token = await signRequestToken(
        {
          ...{ iss: reporter.node, aud: test.hub.context.hub.id, iat, exp: iat + 60, jti: newId() },
          ...{ method: 'POST', path: hubPaths.riskReports, body: sha256(text) },
          ...(asPerson ? { sub: asPerson.subject, role: asPerson.role } : {}),
        },
        reporter.key,
      );
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${test.url}${hubPaths.riskReports}`, { method: 'POST', headers, body: text });
      return { status: answer.status, text: await answer.text() };
    };
    const before = await test.digest();
    const tooLong = `zebrafish${'x'.repeat(protocolLimits.riskReportCharacters)}`;
    for (const [body, as] of [
      [reportOf(record), person],
      [reportOf(record, { says: tooLong }), null],
      [reportOf(record, { says: '' }), null],
      [reportOf(record, { says: ' zebrafish' }), null],
      [reportOf(record, { how: 'zebrafish' as never }), null],
      [reportOf('zebrafish'), null],
      [{ ...reportOf(record), reporter: 'zebrafish' }, null],
    ] as const) {
      const answer = await ask(body, as);
      expect(answer.status, JSON.stringify(body).slice(0, 200)).toBe(400);
      expect(answer.text).not.toContain('zebrafish');
    }
    expect(await test.digest()).toBe(before);
    expect(
      (await ask(reportOf(record, { says: tooLong.slice(0, protocolLimits.riskReportCharacters) }), null)).status,
    ).toBe(200);
  });

  it('RSK-2: is the same when it is sent again, and another one under its id is refused', async () => {
    const { member, publish, record } = await owner();
    const report = reportOf(record);
    const first = await reporter.client.reportRisk(report);
    await drain();
    const before = await test.digest();
    expect(await reporter.client.reportRisk(report)).toEqual(first);
    expect(await test.digest()).toBe(before);
    await refused(() => reporter.client.reportRisk({ ...report, says: 'Something else.' }), 'report-changed');
    await refused(() => reporter.client.reportRisk({ ...report, how: 'other' }), 'report-changed');
    await refused(() => neighbour.client.reportRisk(report), 'report-changed');
    // Also once its words are destroyed: it is answered with what became of it.
    await publish({ op: 'withdraw', record, revision: 2 });
    await drain();
    const gone = await test.digest();
    expect(await reporter.client.reportRisk(report)).toMatchObject({ state: 'withdrawn', says: null });
    expect(await test.digest()).toBe(gone);
    expect(await seenBy(member, report.id)).toMatchObject({ state: 'withdrawn', says: null });
  });

  it('RSK-3: of what its authority may not see it is answered as reading that is, and of its own record refused', async () => {
    const { member, publish, record } = await owner(southWest);
    await refused(() => reporter.client.reportRisk(reportOf(record)), 'not-found');
    await refused(() => reporter.client.reportRisk(reportOf(newId())), 'not-found');
    await refused(() => member.client.reportRisk(reportOf(record)), 'own-record');
    await publish({ op: 'withdraw', record, revision: 2 });
    await refused(() => reporter.client.reportRisk(reportOf(record)), 'not-found');
    await refused(() => neighbour.client.reportRisk(reportOf(record)), 'gone');
    const stranger = await test.enrolOnly();
    await refused(() => stranger.client.reportRisk(reportOf(record)), 'not-served');
  });

  it('RSK-4: what may identify somebody is refused, in a report and in an answer', async () => {
    const { member, record } = await owner();
    const number = 'The number 943 476 5919 was left in.';
    await refused(() => reporter.client.reportRisk(reportOf(record, { says: number })), 'report-identifies');
    const report = reportOf(record);
    await reporter.client.reportRisk(report);
    await refused(() => member.client.answerRiskReport(report.id, number), 'report-identifies');
  });

  it('RSK-5: of one authority only so many wait at a time', async () => {
    const { member, record } = await owner();
    const flooding = await test.enrol({ region: 'north-east' });
    const first = reportOf(record);
    await flooding.client.reportRisk(first);
    await sql`
      insert into risk_report (id, node, authority, record, revision, how, says)
      select gen_random_uuid(), node, authority, record, revision, how, says
      from risk_report, generate_series(2, ${protocolLimits.riskReportsOpen}) where id = ${first.id}`.execute(db());
    const attempt = () => flooding.client.reportRisk(reportOf(record));
    await refused(attempt, 'too-many-requests');
    await expect(attempt()).rejects.toMatchObject({ status: 429, retryAfterSeconds: 600 });
    // The same one again is no new one, others are not kept waiting, and one that is answered makes room.
    await flooding.client.reportRisk(first);
    await neighbour.client.reportRisk(reportOf(record));
    await member.client.answerRiskReport(first.id, 'The club is not the one that they mean.');
    await expect(attempt()).resolves.toMatchObject({ state: 'open' });
    expect(await listOf(member)).toHaveLength(protocolLimits.riskReportsOpen + 2);
  });

  it('RSK-8: the owner answers why the record stays, once, and nobody else does', async () => {
    const { member, record } = await owner();
    const report = reportOf(record);
    await reporter.client.reportRisk(report);
    const answer = 'There were five such clubs, and the year is another.';
    await refused(() => reporter.client.answerRiskReport(report.id, answer), 'not-found');
    await refused(() => neighbour.client.answerRiskReport(report.id, answer), 'not-found');
    await refused(() => member.client.answerRiskReport(newId(), answer), 'not-found');
    const kept = { state: 'kept', answer, says };
    expect(await member.client.answerRiskReport(report.id, answer)).toMatchObject(kept);
    expect(await seenBy(reporter, report.id)).toMatchObject({ ...kept, settledAt: expect.any(String) });
    const before = await test.digest();
    await member.client.answerRiskReport(report.id, answer);
    expect(await test.digest()).toBe(before);
    await refused(() => member.client.answerRiskReport(report.id, 'Something else.'), 'report-settled');
  });

  it('RSK-9: a new text or a narrower audience settles it once the owner has read it, and nothing else does', async () => {
    const { member, publish, record, body } = await owner();
    const state = async ({ id }: RiskReportRequest) => (await rowOf(id))?.state;
    const revise = (revision: number, audience: Audience, text = exampleLearning()): PublicationIntent => ({
      op: 'revise',
      ...{ record, revision, audience, body: text },
    });
    const first = reportOf(record);
    await reporter.client.reportRisk(first);
    // Nobody there can have read it yet.
    await publish(revise(2, wholeNetwork, body));
    await publish(revise(3, wholeNetwork));
    expect(await state(first)).toBe('open');
    await member.client.riskReports();
    const unchanged = exampleLearning();
    await publish(revise(4, wholeNetwork, unchanged));
    expect(await state(first)).toBe('revised');
    const second = reportOf(record);
    await reporter.client.reportRisk(second);
    await member.client.riskReports();
    await publish(revise(5, wholeNetwork, unchanged));
    expect(await state(second)).toBe('open');
    await publish({ op: 'rescope', record, revision: 6, audience: regionsAudience(['north-east', 'south-west']) });
    expect(await state(second)).toBe('narrowed');
    const third = reportOf(record);
    await reporter.client.reportRisk(third);
    await member.client.riskReports();
    await publish({ op: 'rescope', record, revision: 7, audience: wholeNetwork });
    expect(await state(third)).toBe('open');
    const fourth = reportOf(record);
    await reporter.client.reportRisk(fourth);
    await publish({ op: 'rescope', record, revision: 8, audience: regionsAudience(['north-east', 'south-west']) });
    expect([await state(third), await state(fourth)]).toEqual(['narrowed', 'open']);
    expect(await state(first)).toBe('revised');
  });

  it('RSK-9: an audience ahead of the log settles it at once, and it waits again where that is rejected', async () => {
    const { member, seal, publish, record } = await owner();
    const report = reportOf(record);
    await reporter.client.reportRisk(report);
    await member.client.riskReports();
    const first = seal({ op: 'heartbeat' });
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: southWest });
    await member.client.withdrawAhead(rescope.jws);
    expect((await rowOf(report.id))?.state).toBe('narrowed');
    // When the log comes to its place it does not follow the revision that the hub holds.
    await db().updateTable('record').set({ revision: 9 }).where('id', '=', record).execute();
    const answer = await member.client.publish([first.item, rescope.item]);
    expect(answer.refused).toBeNull();
    expect(await rowOf(report.id)).toMatchObject({ state: 'open', settled_at: null, says });
    await db().updateTable('record').set({ revision: 2 }).where('id', '=', record).execute();
    await publish({ op: 'withdraw', record, revision: 3 });
    expect((await rowOf(report.id))?.state).toBe('withdrawn');
  });

  it('RSK-9: what a key settled that is not trusted any more waits again', async () => {
    const { member, publish, record } = await owner();
    const trusted = member.head.seq + 1;
    const [first, second] = [reportOf(record), reportOf(record)];
    await reporter.client.reportRisk(first);
    await member.client.riskReports();
    await publish({ op: 'revise', record, revision: 2, audience: wholeNetwork, body: exampleLearning() });
    await reporter.client.reportRisk(second);
    await member.client.riskReports();
    const audience = regionsAudience(['north-east', 'south-west']);
    await publish({ op: 'rescope', record, revision: 3, audience });
    expect([(await rowOf(first.id))?.state, (await rowOf(second.id))?.state]).toEqual(['revised', 'narrowed']);
    const after = { epoch: 1, seq: trusted };
    const mark = { node: member.node, kid: member.key.kid, after, operator: null, reason: 'A test.' };
    await markKeyNotTrusted(test.hub.context, mark);
    for (const { id } of [first, second]) expect(await rowOf(id)).toMatchObject({ state: 'open', settled_at: null });
  });

  it('RSK-10: with the commit of the withdrawal every word of it is destroyed, and the certificate names the store', async () => {
    const { member, seal, record } = await owner();
    const [open, kept] = [reportOf(record), reportOf(record)];
    for (const report of [open, kept]) await reporter.client.reportRisk(report);
    await member.client.answerRiskReport(kept.id, 'An unmistakable answer.');
    // The rest of the purge waits: what is destroyed now is destroyed by the commit.
    const { index } = test.hub.context;
    const remove = index.remove.bind(index);
    index.remove = async () => {
      throw new Error('the engine is away');
    };
    await member.client.withdrawAhead(seal({ op: 'withdraw', record, revision: 2 }).jws);
    for (const { id } of [open, kept]) {
      expect(await rowOf(id)).toMatchObject({ state: 'withdrawn', how: null, says: null, answer: null });
      for (const member of [reporter]) {
        expect(await seenBy(member, id)).toMatchObject({ state: 'withdrawn', how: null, says: null, answer: null });
      }
    }
    index.remove = remove;
    await test.hub.context.jobs.wake('update-index');
    await drain();
    const { certificate } = await member.client.withdrawal(record);
    const { stores } = JSON.parse(Buffer.from(certificate?.split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(stores).toContainEqual({ store: 'risk-reports', askedBy: ['id'], found: 'nothing' });
    // Nothing of a record that is withdrawn is taken any more.
    await refused(() => reporter.client.reportRisk(reportOf(record)), 'gone');
  });

  it('RSK-11: an authority that is excluded afterwards reads that it is closed, whatever becomes of it, and the owner all of it', async () => {
    const { member, publish, record } = await owner();
    const [first, second] = [reportOf(record), reportOf(record)];
    await reporter.client.reportRisk(first);
    await neighbour.client.reportRisk(second);
    await member.client.riskReports();
    await publish({ op: 'rescope', record, revision: 2, audience: southWest });
    const nothing = { record: null, revision: null, how: null, says: null, by: null, settledAt: null, answer: null };
    const closed = { id: first.id, side: 'made', state: 'closed', at: expect.any(String), ...nothing };
    expect(await seenBy(reporter, first.id)).toEqual(closed);
    expect(await reporter.client.reportRisk(first)).toEqual(closed);
    expect(await seenBy(neighbour, second.id)).toMatchObject({ state: 'narrowed', record, says });
    expect(await seenBy(member, first.id)).toMatchObject({ state: 'narrowed', says });
    await publish({ op: 'withdraw', record, revision: 3 });
    expect(await seenBy(reporter, first.id)).toEqual(closed);
    expect(await seenBy(neighbour, second.id)).toMatchObject({ state: 'withdrawn', says: null });
  });

  it('RSK-12, JOI-18: a suspended owner hears of it and answers, and a key that is not trusted does not', async () => {
    const { member, record } = await owner();
    const [report, other] = [reportOf(record), reportOf(record)];
    await reporter.client.reportRisk(report);
    await reporter.client.reportRisk(other);
    await suspend(test.hub.context, { node: member.node, operator: null, reason: 'A test.' });
    expect(await seenBy(member, report.id)).toMatchObject({ says });
    await refused(() => member.client.reportRisk(reportOf(record)), 'member-suspended');
    await member.client.answerRiskReport(report.id, 'It is another club.');
    await liftSuspension(test.hub.context, { node: member.node, operator: null, reason: 'A test.' });
    await db()
      .updateTable('member_key')
      .set({ not_trusted_after_epoch: 1, not_trusted_after_seq: 99 })
      .where('node', '=', member.node)
      .execute();
    await refused(() => member.client.riskReports(), 'key-not-trusted');
    await refused(() => member.client.answerRiskReport(other.id, 'It is another club.'), 'key-not-trusted');
  });

  it('RSK-12: a suspended reporter reads nothing of what it could see before', async () => {
    const { record } = await owner();
    const member = await test.enrol();
    const report = reportOf(record);
    await member.client.reportRisk(report);
    await suspend(test.hub.context, { node: member.node, operator: null, reason: 'A test.' });
    expect(await listOf(member)).toEqual([]);
  });

  it('RSK-7, RSK-13: operators see what waits, the oldest first, and who must act; nobody else at the hub does', async () => {
    const { member, record } = await owner();
    const [old, young] = [reportOf(record), reportOf(record, { says: 'The younger of two reports.' })];
    await reporter.client.reportRisk(old);
    await reporter.client.reportRisk(young);
    await sql`update risk_report set made_at = now() - interval '5 days' where id = ${old.id}`.execute(db());
    const visitor = new Visitor(test.url);
    expect((await visitor.get('/operator/risk-reports')).status).not.toBe(200);
    await visitor.get('/sign-in/demo/nadia');
    const list = (await visitor.get('/operator/risk-reports')).body;
    expect(list.indexOf(old.id)).toBeGreaterThan(0);
    expect(list.indexOf(old.id)).toBeLessThan(list.indexOf(young.id));
    expect(list).toMatch(/Overdue[\s\S]*Waiting/);
    expect(list).toContain('has had no answer within one working day');
    expect(list).toContain(`/operator/members/${member.node}`);
    expect(list).not.toContain('third sentence');
    const page = (await visitor.get(`/operator/risk-reports/${old.id}`)).body;
    expect(page).toContain('third sentence');
    expect(page).toContain('not read yet');
    const read = await db().selectFrom('audit_entry').selectAll().where('subject', '=', old.id).orderBy('id').execute();
    expect(read.map(({ action }) => action)).toEqual(['risk-reported', 'risk-report-read']);
    expect(JSON.stringify(read)).not.toContain('third sentence');
    await member.client.riskReports();
    expect((await visitor.get(`/operator/risk-reports/${old.id}`)).body).toContain('read on');
    expect((await visitor.get(`/operator/risk-reports/${newId()}`)).status).toBe(404);
  });

  it('RSK-13: a person is called by the log when one has waited for a working day, by ids alone', async () => {
    const { record } = await owner();
    const report = reportOf(record);
    await reporter.client.reportRisk(report);
    const errors: [{ reports: string[] }, string][] = [];
    const log = { error: (...line: [{ reports: string[] }, string]) => void errors.push(line) };
    const context = { database: test.hub.context.database, log: log as never };
    const { made_at: madeAt } = (await rowOf(report.id)) ?? { made_at: new Date() };
    await sql`update risk_report set made_at = now() where state = 'open'`.execute(db());
    await warnOfRiskReports(context, madeAt);
    expect(errors).toEqual([]);
    await warnOfRiskReports(context, new Date(madeAt.getTime() + 5 * 24 * 3_600_000));
    expect(errors[0]?.[0].reports).toContain(report.id);
    expect(JSON.stringify(errors)).not.toContain('third sentence');
  });

  it('RSK-14: is forgotten thirty days after it was settled, and never while it waits', async () => {
    const { member, record } = await owner();
    const [waits, settled, older] = [reportOf(record), reportOf(record), reportOf(record)];
    for (const report of [waits, settled, older]) await reporter.client.reportRisk(report);
    for (const { id } of [settled, older]) await member.client.answerRiskReport(id, 'It stays.');
    await sql`update risk_report set made_at = now() - interval '90 days' where record = ${record}`.execute(db());
    await sql`update risk_report set settled_at = now() - interval '31 days' where id = ${older.id}`.execute(db());
    await forgetSettled(test.hub.context.database);
    const left = await db().selectFrom('risk_report').select('id').where('record', '=', record).execute();
    expect(left.map(({ id }) => id).sort()).toEqual([waits.id, settled.id].sort());
    // What waited and was lost is sent again, and taken as the same.
    await db().deleteFrom('risk_report').where('id', '=', waits.id).execute();
    await reporter.client.reportRisk(waits);
    expect(await seenBy(member, waits.id)).toMatchObject({ state: 'open', says });
  });
});
