import { readFileSync } from 'node:fs';
import { newId } from '@practice-exchange/platform';
import {
  generatePrivateJwk,
  hubPaths,
  type OnBehalfOf,
  openSigningKey,
  proveEnrolment,
  regionsAudience,
  sealPublication,
  sha256,
  signRequestToken,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invite } from '../src/features/enrolling/enrolling.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
/** A word that no answer may hold: it stands in every request that is refused. */
const canary = 'zebrafish';

// The numbers are those of the rules in FEDERATION.md.
describe('the rules of asking', () => {
  let test: TestHub;
  let member: TestMember;
  let reader: TestMember;

  beforeAll(async () => {
    test = await startTestHub();
    member = await test.enrol({ region: 'north-east' });
    reader = await test.enrol({ region: 'london' });
    const region = 'north-east' as const;
    const body = exampleLearning({ summary: 'They stood at the <em>gate</em> & waited.', region });
    const log = publishAs(test, member);
    await log.publish(
      { op: 'publish', record: newId(), audience: wholeNetwork, body },
      { op: 'publish', record: newId(), audience: regionsAudience([region]), body: exampleLearning({ region }) },
    );
    member.head = { ...member.head, seq: member.head.seq + 2, hash: (await member.client.cursor()).next.prev };
    await test.hub.context.jobs.drain();
    // What goes on in the background is not what a request changes.
    await test.hub.context.jobs.stop();
  });
  afterAll(() => test.stop());

  /** Asks past the client, which keeps to the rules itself. */
  async function ask(address: string, request?: object): Promise<{ status: number; text: string }> {
    const method = request ? 'POST' : 'GET';
    const body = request ? JSON.stringify(request) : '';
    const iat = Math.floor(Date.now() / 1000);
    const token = await signRequestToken(
      {
        ...{ iss: reader.node, aud: test.hub.context.hub.id, iat, exp: iat + 60, jti: newId() },
        ...{ method, path: address.split('?', 1)[0] ?? '', body: sha256(body) },
        ...{ sub: person.subject, role: person.role },
      },
      reader.key,
    );
    const headers = { authorization: `Bearer ${token}`, ...(request ? { 'content-type': 'application/json' } : {}) };
    const answer = await fetch(`${test.url}${address}`, { method, headers, ...(request ? { body } : {}) });
    return { status: answer.status, text: await answer.text() };
  }

  const codes = { region: ['london'] };
  it.each([
    ['RED-1: a field that there is not', hubPaths.search, { q: canary, filters: { childName: [canary] } }],
    ['RED-2: an order that there is not', hubPaths.search, { q: '', sort: canary }],
    ['RED-2: a page before the first', hubPaths.search, { q: canary, page: 0 }],
    ['RED-6: a count of everything', hubPaths.anonymityCounts, { codes: {} }],
    ['RED-6: a count by words', hubPaths.anonymityCounts, { codes, q: canary }],
    ['RED-7: the kind of authority', hubPaths.search, { q: canary, filters: { authorityType: ['unitary'] } }],
    ['RED-7: a kind of authority first', hubPaths.whatWasDone, { q: canary, favour: 'unitary' }],
    ['RED-9: a grouping that there is not', hubPaths.whatWasDone, { q: canary, by: 'authority' }],
    ['RED-10: a title beside the codes', hubPaths.anonymityCounts, { codes, title: canary }],
    ['RCP-7: a wait of more than thirty seconds', `${hubPaths.receipts}?waitMs=30001`, undefined],
    ['KEY-1: an id in capitals', `/api/v1/learning/${newId().toUpperCase()}`, undefined],
    ['KEY-2: a digest with padding', `${hubPaths.receipts}?last=${sha256('x')}=`, undefined],
  ] as const)('%s is refused without a word of it, and nothing changes', async (_rule, address, request) => {
    const before = await test.digest();
    const { status, text } = await ask(address, request);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ status, code: 'request-invalid' });
    expect(text).not.toContain(canary);
    expect(await test.digest()).toBe(before);
  });

  it('VER-1: every address of section 17 is served under its method, and the well-known document names no other', async () => {
    const federation = readFileSync(new URL('../../../FEDERATION.md', import.meta.url), 'utf8');
    const table = federation.split('<!-- table: paths -->')[1]?.split('\n\n')[1] ?? '';
    const rows = [...table.matchAll(/^\| `(GET|POST)`[^|]*(?:\|[^|`]*)?\| `(\/[^`]*)` /gm)];
    expect([...new Set(rows.map(([, , path]) => path))].sort()).toEqual(Object.values(hubPaths).sort());
    for (const [, method = '', path = ''] of rows) {
      const url = `${test.url}${path.replace(':id', newId()).replace(':chunk', '00')}`;
      const answer = await fetch(url, {
        method,
        ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      });
      // Without a token, or with a body of the wrong shape: refused by the address itself, not because there is none.
      expect(path === hubPaths.wellKnown ? [200] : [400, 401], `${method} ${path}`).toContain(answer.status);
    }
  });

  it('JOI-3: an authority that gives itself an id, or breaks its attributes, does not join, and nothing changes', async () => {
    const { code: invitation } = await invite(test.hub.context, { authorityName: 'Ours', operator: null });
    const [key, recovery] = [openSigningKey(generatePrivateJwk()), openSigningKey(generatePrivateJwk())];
    const node = newId();
    const claim = { hub: test.hub.context.hub.id, node, invitation, recoveryKey: recovery.publicJwk };
    const before = await test.digest();
    for (const change of [{ id: newId() }, { region: 'wales' }, { childPopulation: 0 }, { onsCode: canary }]) {
      const authority = { ...reader.profile, onsCode: 'E98000009', ...change };
      const request = { invitation, node, publicKey: key.publicJwk, recoveryKey: recovery.publicJwk, authority };
      const answer = await ask(hubPaths.enrolments, { ...request, proof: proveEnrolment(claim, key) });
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'request-invalid', status: 400 });
    }
    expect(await test.digest()).toBe(before);
  });

  it('RED-2, RED-3: nothing asked browses; passages are plain text of the record, with what to mark beside it', async () => {
    const browsed = await reader.client.search({ q: '' }, person);
    expect(browsed).toMatchObject({ total: 1, page: 1 });
    const { results } = await reader.client.search({ q: 'gate' }, person);
    const [result] = results;
    expect(Object.keys(result ?? {}).sort()).toEqual(
      [
        'id',
        'title',
        'summary',
        'highlights',
        'codes',
        'region',
        'prevalenceBand',
        'period',
        'citation',
        'revision',
      ].sort(),
    );
    const passage = result?.highlights.find(({ field }) => field === 'summary')?.segments ?? [];
    expect(passage.map(({ text }) => text).join('')).toBe('They stood at the <em>gate</em> & waited.');
    expect(passage.filter(({ mark }) => mark).map(({ text }) => text)).toEqual(['gate']);
  });

  it('RED-6, RED-10: a count is a number over what everyone sees, and nothing is kept of what was asked', async () => {
    const before = await test.digest();
    const answer = await ask(hubPaths.anonymityCounts, { codes: { region: ['north-east'] } });
    // Two share the codes; one of them is not for everyone, so it counts for nobody.
    expect(JSON.parse(answer.text)).toEqual({ count: 1 });
    expect(await member.client.anonymityCount({ region: ['north-east'] })).toEqual({ count: 1 });
    expect(await test.digest()).toBe(before);
  });

  it('AUD-5, RED-5: the database shows nobody more than the engine does, whatever is filtered by', async () => {
    const { index } = test.hub.context;
    const { search } = index;
    index.search = () => Promise.reject(new DOMException('slow', 'TimeoutError'));
    try {
      for (const filters of [{ region: ['north-east'] }, { themes: ['families-and-communities'] }, {}]) {
        for (const q of ['', 'gate']) {
          const answer = await reader.client.search({ q, filters }, person);
          expect(answer).toMatchObject({ total: 1, degraded: 'database' });
          expect(answer.results.map(({ summary }) => summary)).toEqual(['They stood at the <em>gate</em> & waited.']);
          expect((await reader.client.whatWasDone({ q, filters }, person)).total).toBe(1);
        }
      }
    } finally {
      index.search = search;
    }
  });

  it('RCP-7: when there is nothing to say the hub waits until there is', async () => {
    const { next } = await member.client.receipts(0);
    expect(await member.client.receipts(next)).toEqual({ receipts: [], next });
    const waiting = member.client.receipts(next, 20_000);
    await sendHeartbeat();
    const { receipts, next: after } = await waiting;
    expect([receipts.length, after]).toEqual([1, next + 1]);
  });

  it('RCP-1, ERR-3, ERR-4: without its receipt nothing is true: a hub that cannot write it changes nothing and tells nothing', async () => {
    const { db } = test.hub.context.database;
    await sql`create function fail() returns trigger language plpgsql as $$
      begin raise exception 'an inside that nobody should read: ${sql.raw(canary)}'; end $$`.execute(db);
    await sql`create trigger fail before insert on receipt for each row execute function fail()`.execute(db);
    const before = await test.digest();
    const problem = await sendHeartbeat().catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'internal-error', status: 500 });
    expect(JSON.stringify((problem as { problem: unknown }).problem)).not.toMatch(/inside|zebrafish|trigger|receipt/);
    expect(await test.digest()).toBe(before);
    await sql`drop trigger fail on receipt`.execute(db);
    const issued = (await member.client.receipts(0)).receipts;
    await sendHeartbeat();
    // What was said before stays as it was, and what is new comes after it.
    expect((await member.client.receipts(0)).receipts.slice(0, -1)).toEqual(issued);
  });

  async function sendHeartbeat(): Promise<void> {
    const sealed = sealPublication(
      member.head,
      { op: 'heartbeat' },
      { key: member.key, created: '2026-01-01T00:00:00Z' },
    );
    await member.client.publish([sealed.item]);
    member.head = sealed.head;
  }
});
