import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@practice-exchange/platform';
import {
  hubPaths,
  type ProtocolErrorCode,
  problemFor,
  type RiskReport,
  type RiskReportRequest,
  regionsAudience,
} from '@practice-exchange/protocol';
import { openForm, postForm } from '@practice-exchange/web/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { readReview, saveReview } from '../src/features/reviews/reviews.ts';
import { followRiskReports, sendRiskReports } from '../src/features/risk-reports/following.ts';
import { answerReport, reportRisk } from '../src/features/risk-reports/reporting.ts';
import { letGo } from '../src/features/withdrawing/letting-go.ts';
import { withdrawReview } from '../src/features/withdrawing/withdrawing.ts';
import { cleanRecord, type GuardedNode, type StaffName, startGuardedNode, workingFrom } from './guarded-node.ts';

const says = 'In “What happened”, the third sentence: only one club in the valley closed in that spring.';
const answer = 'There were five such clubs at the time.';
const settledAt = new Date().toISOString();
const words = /third sentence|five such clubs/;

describe('a report that somebody could be recognised, at a node', { timeout: 60_000 }, () => {
  let node: GuardedNode;
  let hub: Server;
  /** What the hub tells of, how it answers instead, and what it was sent. */
  let told: RiskReport[] = [];
  let refusal: ProtocolErrorCode | 'away' | null = null;
  let learning: ProtocolErrorCode = 'unavailable';
  let tombstones: { position: number; record: string; why: 'withdrawn' | 'narrowed'; at: string }[] = [];
  const sent: { path: string; body: RiskReportRequest; claims: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    node = await startGuardedNode();
    hub = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://hub');
        const reply = (body: object, status = 200) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        const refuse = (code: ProtocolErrorCode) => reply(problemFor(code), problemFor(code).status);
        if (refusal === 'away') return response.destroy();
        if (pathname.startsWith('/api/v1/learning/')) return refuse(learning);
        if (pathname === hubPaths.tombstones) {
          const after = Number(searchParams.get('after'));
          const next = tombstones.filter(({ position }) => position > after);
          return reply({ tombstones: next, next: next.at(-1)?.position ?? after });
        }
        if (pathname === hubPaths.tombstonesConfirmed) return reply({ confirmed: 1 });
        if (!pathname.startsWith(hubPaths.riskReports)) return refuse('unavailable');
        if (request.method === 'GET') {
          if (refusal) return refuse(refusal);
          // One at a time, so that every page is asked for.
          const rest = told
            .toSorted((a, b) => (a.id < b.id ? -1 : 1))
            .filter(({ id }) => id > (searchParams.get('after') ?? ''));
          return reply({ reports: rest.slice(0, 1), next: rest.length > 1 ? (rest[0]?.id ?? null) : null });
        }
        const [, payload = ''] = (request.headers.authorization ?? '').split('.');
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as RiskReportRequest;
        sent.push({ path: pathname, body, claims: JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) });
        if (refusal) return refuse(refusal);
        if (pathname === hubPaths.riskReports) return reply(made(body));
        const id = pathname.split('/')[4] ?? '';
        const known = told.find((report) => report.id === id);
        return known ? reply({ ...known, state: 'kept', answer: body.says, settledAt }) : refuse('not-found');
      });
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    const hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
    await node.database.db.updateTable('membership').set({ hub_url: hubUrl }).execute();
  });
  afterAll(async () => {
    await node.stop();
    hub.closeAllConnections();
    await new Promise((resolve) => hub.close(resolve));
  });
  beforeEach(async () => {
    await node.database.db.deleteFrom('risk_report').execute();
    told = [];
    refusal = null;
    learning = 'unavailable';
    sent.length = 0;
  });

  const made = ({ id, record, how, says }: RiskReportRequest, changes: Partial<RiskReport> = {}): RiskReport => ({
    ...{ id, record, how, says, side: 'made', state: 'open', revision: 1, by: null },
    ...{ at: '2026-01-01T00:00:00Z', settledAt: null, answer: null },
    ...changes,
  });
  const received = (record: string, changes: Partial<RiskReport> = {}): RiskReport => ({
    ...made({ id: newId(), record, how: 'known-locally', says }),
    side: 'received',
    by: { authority: newId(), name: 'Reporting Council' },
    ...changes,
  });
  const rows = () => node.database.db.selectFrom('risk_report').selectAll().orderBy('made_at').execute();
  const rowOf = async (id: string) => (await rows()).find((row) => row.id === id);
  const read = async (who: StaffName, path: string) => (await openForm(await node.signIn(who), path)).answer;
  const send = () => sendRiskReports(node.context);
  const follow = () => followRiskReports(node.context);

  async function report(who: StaffName, record = newId(), changes: object = {}) {
    const session = await node.signIn(who);
    const path = `/learning/${record}/report-a-risk`;
    const form = await openForm(session, path);
    const [, id = ''] = /name="id" value="([^"]+)"/.exec(form.answer.body) ?? [];
    const fields = { id, how: 'known-locally', says, ...changes };
    const posted = await postForm(session, path, fields, form.token);
    return {
      record,
      posted,
      id: posted.headers.location?.split('/').at(-1) ?? '',
      again: () => postForm(session, path, fields),
    };
  }

  async function published(title: string) {
    const { id } = await node.approve({ ...cleanRecord, title });
    await publishReview(node.context, node.people.both, id);
    return { id, record: (await readReview(node.context, id)).record };
  }

  it('RSK-15, RSK-1: is kept while the hub is away, the page says so, and it is sent when the hub is back, with nothing of who made it', async () => {
    refusal = 'away';
    const { record, posted, id, again } = await report('practitioner');
    expect(posted.statusCode).toBe(303);
    const page = async () => (await read('practitioner', `/risk-reports/${id}`)).body;
    expect(await page()).toMatch(/http-equiv="refresh".*Your report is on its way/s);
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await node.database.db.updateTable('risk_report').set({ made_at: aMinuteAgo }).where('id', '=', id).execute();
    expect(await page()).toMatch(/http-equiv="refresh".*Your report is kept here until it can be sent/s);
    await expect(send()).rejects.toMatchObject({ code: 'unreachable' });
    expect(await rowOf(id)).toMatchObject({ state: 'open', sent_at: null, problem: null, says });
    refusal = null;
    await send();
    expect(sent.map(({ body }) => body)).toEqual([{ id, record, how: 'known-locally', says }]);
    expect(sent[0]?.claims).not.toHaveProperty('sub');
    expect(sent[0]?.claims).not.toHaveProperty('role');
    expect((await read('practitioner', `/risk-reports/${id}`)).body).toContain('Your report was sent');
    // Pressing the button again, or the job running again, makes no second one.
    expect((await again()).statusCode).toBe(303);
    await send();
    expect(sent).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
    const audits = await node.database.db.selectFrom('audit_entry').selectAll().where('subject', '=', id).execute();
    expect(audits.map(({ action }) => action)).toEqual(['risk-reported']);
    expect(JSON.stringify(audits)).not.toMatch(words);
    expect(node.logLines.join('')).not.toMatch(words);
  });

  it.each([
    ['a name', 'The second sentence is about Sarah Jones.'],
    ['an NHS number', 'The number 943 476 5919 was left in.'],
    ['a postcode', 'They live at TR1 2AB, and everybody knows.'],
  ])('RSK-4: with %s it is stopped here, marked, and nothing is kept or sent', async (_what, identifying) => {
    const before = node.logLines.length;
    const { posted } = await report('practitioner', newId(), { says: identifying });
    expect(posted.statusCode).toBe(422);
    expect(posted.body).toContain('Error: ');
    expect(posted.body).toContain('app-stopped-words__mark');
    expect(posted.body).toMatch(/<textarea[^>]*>[^<]*(?:Sarah|943|TR1)/);
    expect(posted.body).toMatch(/value="known-locally" checked/);
    expect(await rows()).toEqual([]);
    await send();
    expect(sent).toEqual([]);
    expect(node.logLines.slice(before).join('')).not.toMatch(/Sarah|943 476|TR1/);
  });

  it('RSK-1: says what is missing, keeps what was typed, and keeps no report', async () => {
    const empty = await report('practitioner', newId(), { how: '', says: '  ' });
    expect(empty.posted.statusCode).toBe(400);
    expect(empty.posted.body).toContain('Choose by what somebody could be recognised');
    expect(empty.posted.body).toContain('Enter where in the record, and why');
    const long = await report('practitioner', newId(), { says: 'x'.repeat(2001) });
    expect(long.posted.statusCode).toBe(400);
    expect(long.posted.body).toContain('Use at most 2,000 characters');
    expect(long.posted.body).toContain('x'.repeat(2001));
    expect(await rows()).toEqual([]);
  });

  it('RSK-3: of a record that is not for this authority, or is gone, there is nothing to report', async () => {
    for (const [code, status] of [
      ['not-found', 404],
      ['gone', 410],
    ] as const) {
      learning = 'unavailable';
      const session = await node.signIn('practitioner');
      const path = `/learning/${newId()}/report-a-risk`;
      const { token } = await openForm(session, path);
      learning = code;
      const page = await read('practitioner', path);
      expect(page.statusCode).toBe(status);
      expect(page.body.includes('searches do not find it')).toBe(code === 'gone');
      expect((await postForm(session, path, { how: 'other', says }, token)).statusCode).toBe(status);
    }
    expect(await rows()).toEqual([]);
  });

  it('RSK-15: one that the hub refuses for good calls a person, and keeps no other waiting', async () => {
    const first = await report('practitioner');
    const second = await report('practitioner');
    refusal = 'report-identifies';
    await send();
    expect(sent).toHaveLength(2);
    expect(await rowOf(first.id)).toMatchObject({ problem: 'report-identifies', says });
    expect(node.logLines.join('')).toContain('the hub refused a risk report');
    expect((await read('practitioner', `/risk-reports/${second.id}`)).body).toContain('Your report was not taken');
    refusal = null;
    await send();
    expect(sent).toHaveLength(2);
  });

  it('RSK-15: one that the hub does not find, or has no time for, is tried again later', async () => {
    const { id } = await report('practitioner');
    refusal = 'not-found';
    await send();
    expect(await rowOf(id)).toMatchObject({ state: 'open', sent_at: null, problem: null, tried_at: expect.any(Date) });
    refusal = null;
    await send();
    expect(sent).toHaveLength(1);
    await node.database.db
      .updateTable('risk_report')
      .set({ tried_at: new Date(Date.now() - 601_000) })
      .execute();
    refusal = 'too-many-requests';
    await expect(send()).rejects.toMatchObject({ code: 'too-many-requests' });
    for (const code of ['internal-error', 'token-expired'] as const) {
      refusal = code;
      await expect(send()).rejects.toMatchObject({ code });
    }
    expect(await rowOf(id)).toMatchObject({ problem: null });
    refusal = 'member-suspended';
    await node.database.db.updateTable('risk_report').set({ tried_at: null }).execute();
    await expect(send()).rejects.toMatchObject({ code: 'member-suspended' });
    refusal = null;
    await send();
    expect(await rowOf(id)).toMatchObject({ state: 'open', sent_at: expect.any(Date) });
  });

  it('RSK-6, RSK-7: what is reported of our record is read by a lead, and by nobody else here', async () => {
    const { id: review, record } = await published('What the lead must read');
    told = [received(record), received(newId())];
    const before = node.logLines.length;
    await follow();
    await follow();
    const [{ id = '' } = {}] = told;
    const lead = (await read('both', '/')).body;
    expect(lead).toContain('Reports that someone could be recognised');
    expect(lead).toContain('Reporting Council');
    const page = (await read('both', `/risk-reports/${id}`)).body;
    expect(page).toMatch(words);
    expect(page).toContain(`/reviews/${review}/withdraw?reason=risk-reported`);
    expect((await read('both', `/reviews/${review}`)).body).toContain(`/risk-reports/${id}`);
    for (const who of ['author', 'reader', 'publisher', 'practitioner'] as const) {
      expect((await read(who, `/risk-reports/${id}`)).statusCode).toBe(404);
      expect((await read(who, '/')).body).not.toContain(id);
      expect((await read(who, '/risk-reports')).body).not.toContain(id);
      expect((await read(who, `/risk-reports/${'-'.repeat(36)}`)).statusCode).toBe(404);
      const session = await node.signIn(who);
      const { token } = await openForm(session, '/');
      expect((await postForm(session, `/risk-reports/${id}/answer`, { says: answer }, token)).statusCode).toBe(403);
    }
    const author = (await read('author', `/reviews/${review}`)).body;
    expect(author).toContain('Somebody has reported that');
    expect(author).not.toContain(id);
    expect(await rowOf(id)).toMatchObject({ state: 'open', answer: null });
    const lines = node.logLines.slice(before);
    // Once, by id: whoever watches the log is called.
    expect(lines.filter((line) => line.includes('a lead must act'))).toHaveLength(1);
    expect(lines.join('')).not.toMatch(words);
  });

  it('RSK-8: a lead answers why it stays, and that is sent until the hub has it', async () => {
    const { record } = await published('What stays as it is');
    told = [received(record)];
    const [{ id = '' } = {}] = told;
    await follow();
    const session = await node.signIn('both');
    const path = `/risk-reports/${id}`;
    const say = async (text: string) => {
      const { token } = await openForm(session, path);
      return postForm(session, `${path}/answer`, { says: text }, token);
    };
    expect((await say(' ')).statusCode).toBe(400);
    expect((await say('It is not about Sarah Jones.')).statusCode).toBe(422);
    expect(await rowOf(id)).toMatchObject({ answer: null });
    refusal = 'away';
    expect((await say(answer)).statusCode).toBe(303);
    await expect(send()).rejects.toMatchObject({ code: 'unreachable' });
    refusal = null;
    // The hub knows nothing of it yet: what is on its way stays.
    await follow();
    expect(await rowOf(id)).toMatchObject({ state: 'open', answer });
    await send();
    expect(sent.at(-1)).toMatchObject({ path: `${hubPaths.riskReports}/${id}/answer`, body: { says: answer } });
    expect(await rowOf(id)).toMatchObject({ state: 'kept', answer, answer_sent_at: expect.any(Date) });
    const before = await rows();
    await expect(answerReport(node.context, node.people.both, { id, says: 'Another.' })).rejects.toMatchObject({
      code: 'report-settled',
    });
    await expect(answerReport(node.context, node.people.publisher, { id, says: 'Another.' })).rejects.toMatchObject({
      code: 'report-unknown',
    });
    expect(await rows()).toEqual(before);
    // The hub has lost the answer and says that it waits: it is told again.
    await follow();
    await send();
    expect(sent.filter(({ body }) => body.says === answer)).toHaveLength(2);
    expect(node.logLines.join('')).not.toMatch(words);
  });

  it('RSK-10: with our withdrawal every word of what was reported is destroyed, and does not come back', async () => {
    const { id: review, record } = await published('What is taken back');
    told = [received(record), received(record, { state: 'kept', answer, settledAt })];
    await follow();
    const later = received(record);
    await withdrawReview(node.context, node.people.both, { id: review, kind: 'removed', reason: 'risk-reported' });
    const gone = { acted: 'withdrawn', how: null, says: null, answer: null };
    for (const row of await rows()) expect(row).toMatchObject(gone);
    // The hub has not heard of it yet, and tells of one more.
    told = [...told, later];
    await follow();
    for (const row of await rows()) expect(row).toMatchObject({ how: null, says: null, answer: null });
    expect((await read('both', '/')).body).not.toContain('A child could come to harm');
    expect((await read('both', `/risk-reports/${later.id}`)).body).toContain('You have taken it back');
    await expect(answerReport(node.context, node.people.both, { id: later.id, says: answer })).rejects.toMatchObject({
      code: 'report-settled',
    });
  });

  it('RSK-10, WIT-18: what was reported here goes with the other copies of what others take back', async () => {
    const [taken, stays] = [await report('practitioner'), await report('practitioner')];
    await send();
    tombstones = [{ position: 1, record: taken.record, why: 'withdrawn', at: '2026-01-01T00:00:00Z' }];
    await letGo(node.context);
    expect(await rowOf(taken.id)).toMatchObject({ state: 'closed', how: null, says: null, answer: null });
    expect(await rowOf(stays.id)).toMatchObject({ state: 'open', says });
    const { tombstone_confirmed: confirmed } = await node.database.db
      .selectFrom('sync_state')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(confirmed).toBe(1);
    const page = (await read('practitioner', `/risk-reports/${taken.id}`)).body;
    expect(page).not.toMatch(words);
    expect(page).toContain('What you wrote is destroyed here');
  });

  it('RSK-9, RSK-11: the reporter reads what became of it, and of a record that is not for it any more nothing', async () => {
    const reports = [
      await report('practitioner'),
      await report('practitioner'),
      await report('practitioner'),
      await report('practitioner'),
    ];
    await send();
    const of = ({ id, record }: (typeof reports)[number], changes: Partial<RiskReport>) =>
      made({ id, record, how: 'known-locally', says }, { settledAt, ...changes });
    const [kept, revised, withdrawn, closed] = reports as [
      (typeof reports)[0],
      (typeof reports)[0],
      (typeof reports)[0],
      (typeof reports)[0],
    ];
    const nothing = { how: null, says: null, answer: null };
    told = [
      of(kept, { state: 'kept', answer }),
      of(revised, { state: 'revised' }),
      of(withdrawn, { state: 'withdrawn', ...nothing }),
      of(closed, { state: 'closed', record: null, revision: null, settledAt: null, ...nothing }),
    ];
    await follow();
    const page = async ({ id }: (typeof reports)[0]) => (await read('practitioner', `/risk-reports/${id}`)).body;
    expect(await page(kept)).toContain(answer);
    expect(await page(revised)).toContain('has changed the text since');
    expect(await page(withdrawn)).toContain('Nobody can find or read it any more');
    expect(await page(closed)).toContain('The record is not shown to your authority any more');
    for (const gone of [withdrawn, closed]) {
      expect(await rowOf(gone.id)).toMatchObject(nothing);
      expect(await page(gone)).not.toMatch(words);
    }
    // It is read by who made it and by a lead, and by no other colleague.
    expect((await read('both', `/risk-reports/${kept.id}`)).statusCode).toBe(200);
    expect((await read('colleague', `/risk-reports/${kept.id}`)).statusCode).toBe(404);
  });

  it('RSK-14: what the hub has lost is sent again, and what it has forgotten is forgotten here', async () => {
    const [waits, settled] = [await report('practitioner'), await report('practitioner')];
    await send();
    const was = made({ id: settled.id, record: settled.record, how: 'known-locally', says });
    told = [
      made({ id: waits.id, record: waits.record, how: 'known-locally', says }),
      { ...was, state: 'kept', answer, settledAt },
    ];
    await follow();
    expect(await rows()).toHaveLength(2);
    told = [];
    await follow();
    expect((await rows()).map(({ id, sent_at: sentAt }) => ({ id, sentAt }))).toEqual([{ id: waits.id, sentAt: null }]);
    await send();
    expect(sent.filter(({ body }) => body.id === waits.id)).toHaveLength(2);
    // A backup that does not hold a report is told of it by the hub.
    told = [made({ id: waits.id, record: waits.record, how: 'known-locally', says })];
    await node.database.db.deleteFrom('risk_report').execute();
    await follow();
    expect(await rowOf(waits.id)).toMatchObject({ side: 'made', state: 'open', says });
  });

  it('RSK-14: a hub that knows of no reports, and one that tells a suspended node of none, has lost nothing', async () => {
    const { id } = await report('practitioner');
    await send();
    refusal = 'not-found';
    await follow();
    refusal = null;
    await node.database.db.updateTable('membership').set({ state: 'suspended' }).execute();
    await follow();
    await node.database.db.updateTable('membership').set({ state: 'live' }).execute();
    expect(await rowOf(id)).toMatchObject({ state: 'open', sent_at: expect.any(Date) });
  });

  it('RSK-1: of an own record it goes to our leads and no further, and is settled by what they do', async () => {
    const { id: review, record } = await published('Our own learning');
    const other = await published('Our other learning');
    const first = await report('practitioner', record);
    expect((await read('practitioner', `/risk-reports/${first.id}`)).body).toContain('Your lead has your report');
    await send();
    await follow();
    expect(sent).toEqual([]);
    expect((await read('both', '/')).body).toContain('somebody in your own authority');
    await answerReport(node.context, node.people.both, { id: first.id, says: answer });
    expect((await read('practitioner', `/risk-reports/${first.id}`)).body).toContain(answer);
    const report2 = { id: newId(), record, how: 'other', says } as const;
    await reportRisk(node.context, node.people.practitioner, report2);
    const { version, working } = await readReview(node.context, review);
    const narrower = { ...working, ...workingFrom(cleanRecord), audience: regionsAudience(['london']) };
    await saveReview(node.context, node.people.author, { id: review, version, working: narrower });
    await node.signOffAgain(review);
    await publishReview(node.context, node.people.both, review);
    expect(await rowOf(report2.id)).toMatchObject({ state: 'narrowed', says });
    expect(await rowOf(first.id)).toMatchObject({ state: 'kept' });
    const report3 = { id: newId(), record: other.record, how: 'other', says } as const;
    await reportRisk(node.context, node.people.practitioner, report3);
    await withdrawReview(node.context, node.people.both, { id: other.id, kind: 'removed', reason: 'risk-reported' });
    expect(await rowOf(report3.id)).toMatchObject({ state: 'withdrawn', says: null, settled_at: expect.any(Date) });
    await send();
    expect(sent).toEqual([]);
  });
});
