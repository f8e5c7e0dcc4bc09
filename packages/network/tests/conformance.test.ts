import { failures, type Report, startScriptedHub, testHub } from '@practice-exchange/conformance';
import { confirmFingerprint, invite } from '@practice-exchange/hub';
import { join, type RunningNode, reportRisk, startNode } from '@practice-exchange/node';
import { createLogger, newId } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import { HubClient, HubProblem } from '@practice-exchange/protocol';
import { DemoSignIn, savePeople } from '@practice-exchange/web';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../../../services/hub/src/testing/test-hub.ts';
import { testNodeConfig } from './test-node.ts';

describe('the conformance suite for hubs', () => {
  let test: TestHub;
  beforeAll(async () => {
    test = await startTestHub();
  });
  afterAll(() => test.stop());

  async function run(): Promise<Report> {
    const { code } = await invite(test.hub.context, { authorityName: 'Suite', operator: null });
    const report = await testHub({
      hubUrl: test.url,
      invitation: code,
      confirm: (subject) => confirmFingerprint(test.hub.context, { ...subject, operator: null }),
    });
    // The next run joins as the same authority, which has no member any more.
    await test.hub.context.database.db
      .updateTable('member')
      .set({ state: 'expelled', may_publish: false, is_served: false })
      .execute();
    return report;
  }

  it('finds nothing to fault in our own hub', { timeout: 120_000 }, async () => {
    const report = await run();
    expect(failures(report)).toEqual([]);
    expect(report.filter(({ result }) => result === 'pass').length).toBeGreaterThan(80);
  });

  it('catches a hub that takes a token twice, by the number of the rule', { timeout: 120_000 }, async () => {
    await sabotage(
      test.hub.context.config.databaseUrl,
      `create function forget() returns trigger language plpgsql as $$
        begin new.jti := gen_random_uuid()::text; return new; end $$`,
      'create trigger forget before insert on request_seen for each row execute function forget()',
    );
    const report = await run();
    expect(failures(report)).toEqual([expect.objectContaining({ rule: 'REQ-9' })]);
  });
});

describe('the conformance suite for nodes', () => {
  let node: RunningNode;
  let drop: () => Promise<void>;
  let hurried: NodeJS.Timeout;

  afterEach(async () => {
    clearInterval(hurried);
    vi.restoreAllMocks();
    await node.stop();
    await drop();
  });

  async function run(): Promise<Report> {
    const hub = await startScriptedHub({ untilReported: true });
    const database = await testDatabase({ template: 'empty', migrations: {} });
    ({ drop } = database);
    node = await startNode(
      testNodeConfig({ id: 'node-conformance', hubUrl: hub.url, databaseUrl: database.url }),
      new DemoSignIn({ people: [], production: false }),
      createLogger({ name: 'node', level: 'silent' }),
    );
    await join(node.context, { hubUrl: hub.url, invitation: hub.invitation });
    await node.context.jobs.wake('follow-network');
    await report(hub.record);
    const late = setTimeout(() => hub.giveUp(), 90_000);
    const seen = await hub.finished;
    clearTimeout(late);
    await hub.close();
    return seen;
  }

  /** Somebody here reports a record of another authority. Its jobs run at once where they would wait some seconds. */
  async function report(record: string): Promise<void> {
    const { database, jobs } = node.context;
    await savePeople(database as never, [
      { subject: 'p', name: 'Practitioner', jobTitle: '', roles: ['practitioner'] },
    ]);
    const person = await database.db.selectFrom('person').select(['id', 'name']).executeTakeFirstOrThrow();
    const words = { how: 'several-details', says: 'Whoever knows the place knows who is meant.' } as const;
    await reportRisk(node.context, { ...person, roles: ['practitioner'] }, { id: newId(), record, ...words });
    hurried = setInterval(() => {
      for (const job of ['send-risk-reports', 'follow-risk-reports']) void jobs.wake(job);
    }, 1_000);
  }

  it('finds nothing to fault in our own node', { timeout: 120_000 }, async () => {
    const report = await run();
    expect(failures(report)).toEqual([]);
    const passed = report.filter(({ result }) => result === 'pass').map(({ rule }) => rule);
    expect(passed).toEqual(
      expect.arrayContaining([
        'LIM-3',
        'PUB-7',
        'PUB-8',
        'RCP-3',
        'JOI-11',
        'JOI-12',
        'REQ-9',
        'RSK-1',
        'RSK-6',
        'RSK-14',
        'RSK-15',
      ]),
    );
  });

  it('catches a node that does not wait, by the number of the rule', { timeout: 120_000 }, async () => {
    const { publish } = HubClient.prototype;
    vi.spyOn(HubClient.prototype, 'publish').mockImplementation(async function (this: HubClient, items) {
      try {
        return await publish.call(this, items);
      } catch (error) {
        if (error instanceof HubProblem && error.retryAfterSeconds !== undefined) return publish.call(this, items);
        throw error;
      }
    });
    expect(failures(await run()).map(({ rule }) => rule)).toEqual(['LIM-3']);
  });

  it('catches a node that makes another report each time it tries', { timeout: 120_000 }, async () => {
    const { reportRisk: send } = HubClient.prototype;
    vi.spyOn(HubClient.prototype, 'reportRisk').mockImplementation(function (this: HubClient, report) {
      return send.call(this, { ...report, id: newId() });
    });
    expect(failures(await run()).map(({ rule }) => rule)).toEqual(['RSK-15', 'RSK-14']);
  });
});

async function sabotage(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
