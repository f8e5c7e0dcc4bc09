import { newId } from '@practice-exchange/platform';
import { type HubProblem, readWellKnown, sealPublication, wholeNetwork } from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TryLater, withPatience } from '../src/features/limits/try-later.ts';
import { expel } from '../src/features/members/standing.ts';
import { membersKeeping, unfreezeMember } from '../src/features/sync-health/sync-health.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub } from '../src/testing/test-hub.ts';

const problemOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error as HubProblem,
  );
const publish = (record = newId()) =>
  ({ op: 'publish', record, audience: wholeNetwork, body: exampleLearning() }) as const;

describe('what the hub can take', { timeout: 60_000 }, () => {
  let test: TestHub;

  beforeAll(async () => {
    test = await startTestHub({ requestsPerMinute: 30 });
  });
  afterAll(() => test.stop());

  it('LIM-1, LIM-2: is advertised, and a node that asks more is told how long to wait, with nothing changed', async () => {
    expect((await readWellKnown(test.url)).limits.requestsPerMinute).toBe(30);
    const member = await test.enrol();
    const log = publishAs(test, member);
    const record = newId();
    await log.publish(publish(record));
    await test.hub.context.jobs.drain();
    // The minute may turn in between, so more than a minute's worth is asked.
    const refused: HubProblem[] = [];
    for (let asked = 0; asked < 65 && refused.length === 0; asked += 1) {
      const problem = await problemOf(member.client.directory());
      if (problem) refused.push(problem);
    }
    expect(refused[0]).toMatchObject({ code: 'too-many-requests', status: 429 });
    expect(refused[0]?.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused[0]?.retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('LIM-2: counts those who are no members for all processes together, and keeps no address of theirs', async () => {
    const attempt = () =>
      fetch(`${test.url}/api/v1/enrolments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    const { db } = test.hub.context.database;
    const before = await test.digest();
    const codes = new Set<string>();
    // The minute may turn in between, so more than a minute's worth is asked.
    for (let asked = 0; asked < 65 && !codes.has('too-many-requests'); asked += 1) {
      codes.add(((await (await attempt()).json()) as { code: string }).code);
    }
    expect([...codes]).toEqual(['request-invalid', 'too-many-requests']);
    expect(await test.digest()).toBe(before);
    const rows = await db.selectFrom('stranger_contact').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('127.0.0.1');
    await db.deleteFrom('stranger_contact').execute();
    expect((await (await attempt()).json()) as unknown).toMatchObject({ code: 'request-invalid' });
  });

  it('LIM-2: a forged address neither evades the limit nor is kept anywhere; a proxy of ours tells whom it asks for', async () => {
    const forged = (number: number) => `203.0.113.${number % 250}`;
    const open = await startTestHub({ production: true, strangersRequestsPerMinute: 5 });
    const proxied = await startTestHub({
      ...{ production: true, strangersRequestsPerMinute: 5 },
      trustedProxies: ['127.0.0.1'],
    });
    const ask = async (hub: TestHub, forwardedFor: string) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor };
      const answer = await fetch(`${hub.url}/api/v1/enrolments`, { method: 'POST', headers, body: '{}' });
      return ((await answer.json()) as { code: string }).code;
    };
    const codes = async (hub: TestHub, from: (number: number) => string) => {
      const seen = new Set<string>();
      // The minute may turn in between, so more than a minute's worth is asked.
      for (let asked = 0; asked < 15 && !seen.has('too-many-requests'); asked += 1)
        seen.add(await ask(hub, from(asked)));
      return seen;
    };
    expect(await codes(open, forged)).toContain('too-many-requests');
    expect(await codes(proxied, forged)).not.toContain('too-many-requests');
    expect(await codes(proxied, (asked) => `${forged(asked)}, 198.51.100.4`)).toContain('too-many-requests');
    for (const hub of [open, proxied]) {
      const { db } = hub.hub.context.database;
      const kept = [
        await db.selectFrom('audit_entry').selectAll().execute(),
        await db.selectFrom('stranger_contact').selectAll().execute(),
      ];
      expect(JSON.stringify(kept)).not.toMatch(/203\.0\.113|198\.51\.100/);
      await hub.stop();
    }
  });

  it('LIM-2: never keeps a withdrawal waiting', async () => {
    const member = await test.enrol();
    const options = { key: member.key, created: '2026-01-01T00:00:00Z' };
    const record = newId();
    const first = sealPublication(member.head, publish(record), options);
    await member.client.publish([first.item]);
    const { db } = test.hub.context.database;
    await db.updateTable('member_contact').set({ requests: 1_000_000 }).where('node', '=', member.node).execute();
    const withdrawal = sealPublication(first.head, { op: 'withdraw', record, revision: 2 }, options);
    expect(await member.client.withdrawAhead(withdrawal.jws)).toMatchObject({ record });
  });

  it('LIM-2: a hub under maintenance says so, stores nothing, and still says who it is', async () => {
    const member = await test.enrol();
    const before = await test.state();
    test.hub.context.config.maintenance = true;
    try {
      const sealed = sealPublication(member.head, publish(), {
        key: member.key,
        created: '2026-01-01T00:00:00Z',
      });
      const problem = await problemOf(member.client.publish([sealed.item]));
      expect(problem).toMatchObject({ code: 'unavailable', status: 503, retryAfterSeconds: 60 });
      expect((await readWellKnown(test.url)).hub).toBe(test.hub.context.hub.id);
      expect(await test.state()).toEqual(before);
    } finally {
      test.hub.context.config.maintenance = false;
    }
  });

  it('LIM-2: a database that is away is a reason to come back', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(withPatience(away)).toBeInstanceOf(TryLater);
    const fault = new TypeError('a fault of our own');
    expect(withPatience(fault)).toBe(fault);
  });

  it('CHN-7: a frozen node is let go on by an operator, with a reason on record', async () => {
    const member = await test.enrol();
    const options = { key: member.key, created: '2026-01-01T00:00:00Z' };
    const start = member.head;
    const first = sealPublication(start, publish(), options);
    await member.client.publish([first.item]);
    const other = sealPublication(start, publish(), options);
    expect(await problemOf(member.client.publish([other.item]))).toMatchObject({ code: 'equivocation' });
    const keeping = (await membersKeeping(test.hub.context)).find(({ node }) => node === member.node);
    expect(keeping?.keeping).toBe('frozen');

    await test.hub.context.jobs.drain();
    const decision = { node: member.node, operator: null, reason: 'A copy of the node was started twice.' };
    const before = await test.state();
    const quoting = { ...decision, reason: 'Rang 020 7946 0018.' };
    await expect(unfreezeMember(test.hub.context, quoting)).rejects.toMatchObject({ code: 'note-identifies' });
    expect(await test.state()).toEqual(before);
    await unfreezeMember(test.hub.context, decision);
    const next = sealPublication(first.head, publish(), options);
    expect(await member.client.publish([next.item])).toMatchObject({
      refused: null,
      next: { seq: member.head.seq + 3 },
    });
    const { db } = test.hub.context.database;
    const entry = await db.selectFrom('audit_entry').selectAll().where('action', '=', 'unfrozen').executeTakeFirst();
    expect(entry?.detail).toMatchObject({ reason: decision.reason });
    await expect(unfreezeMember(test.hub.context, decision)).rejects.toMatchObject({ code: 'not-frozen' });
  });

  it('a node that was not heard lately, or falls behind, is seen', async () => {
    const member = await test.enrol();
    const keeping = async (now = Date.now()) =>
      (await membersKeeping(test.hub.context, now)).find(({ node }) => node === member.node)?.keeping;
    await member.client.receipts(0, 0, 3);
    expect(await keeping()).toBe('well');
    await member.client.receipts(0, 0, 500);
    expect(await keeping()).toBe('behind');
    expect(await keeping(Date.now() + 3_600_000)).toBe('silent');
  });

  it('RCP-9: since when something waits at a node, or a receipt is not read, is known, and warns after ten minutes', async () => {
    const member = await test.enrol();
    const health = async (now = Date.now()) =>
      (await membersKeeping(test.hub.context, now)).find(({ node }) => node === member.node);
    const all = async () => (await member.client.receipts(0)).next;
    const eleven = () => Date.now() + 11 * 60_000;
    const read = await all();
    await member.client.receipts(read, 0, 0);
    expect(await health(eleven())).toMatchObject({ undelivered_since: null, unread_since: null, keeping: 'well' });

    await member.client.receipts(read, 0, 2);
    const first = (await health())?.undelivered_since;
    expect(first).toBeInstanceOf(Date);
    await member.client.receipts(read, 0, 1);
    expect((await health())?.undelivered_since).toEqual(first);
    expect((await health())?.keeping).toBe('well');
    expect((await health(eleven()))?.keeping).toBe('behind');
    await member.client.receipts(read, 0, 0);
    expect((await health())?.undelivered_since).toBeNull();

    await member.client.receipts(read - 1, 0, 0);
    expect(await health()).toMatchObject({ unread: 1, unread_since: expect.any(Date), keeping: 'well' });
    expect((await health(eleven()))?.keeping).toBe('behind');
    await expel(test.hub.context, { node: member.node, operator: null, reason: 'It has closed.' });
    expect((await health(eleven()))?.keeping).toBe('left');
  });
});
