import {
  approveEpoch,
  confirmFingerprint,
  type Hub,
  type HubConfig,
  invite,
  openHubDatabase,
  startHub,
} from '@practice-exchange/hub';
import { followNetwork, join, type RunningNode, startNode } from '@practice-exchange/node';
import { createLogger } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import { DemoSignIn, type Person, type Role, savePeople } from '@practice-exchange/web';
import pg from 'pg';
import { vi } from 'vitest';
import { publishOnce } from './publishing-once.ts';
import { testNodeConfig } from './test-node.ts';

const staff = [
  { subject: 'lead', name: 'Lead', jobTitle: 'Lead', roles: ['author', 'publisher', 'lead', 'administrator'] },
  { subject: 'reader', name: 'Reader', jobTitle: 'Second reader', roles: ['reviewer', 'practitioner'] },
] satisfies { subject: string; name: string; jobTitle: string; roles: Role[] }[];

const signIn = () =>
  new DemoSignIn({
    people: staff.map(({ subject, name, jobTitle, roles }) => ({
      id: subject,
      name,
      title: jobTitle,
      roles,
      description: jobTitle,
    })),
    production: false,
  });
const silent = (name: string) => createLogger({ name, level: 'silent' });

/** A hub and a node that has joined it, in this process, each on a database that can be put back to an earlier state. */
export type SmallNetwork = Awaited<ReturnType<typeof startSmallNetwork>>;

export async function startSmallNetwork() {
  const hubDatabase = await copyableDatabase();
  const nodeDatabase = await copyableDatabase();
  const hubConfig: HubConfig = {
    production: false,
    demo: true,
    url: 'http://127.0.0.1',
    listen: { host: '127.0.0.1', port: 0 },
    parts: { api: true, worker: true },
    databaseUrl: hubDatabase.url,
    redisUrl: null,
    meilisearch: null,
    dataDirectory: null,
    secret: 'the secret of a hub that only tests use',
    openIdConnect: null,
    statisticsArePublic: false,
    logLevel: 'silent',
  };
  let hub: Hub = await startHub(hubConfig, signIn(), silent('hub'));
  const hubPort = Number(new URL(hub.url).port);
  const nodeConfig = testNodeConfig({
    id: 'small-node',
    hubUrl: hub.url,
    authority: {
      name: 'Small Borough Council',
      onsCode: 'E99000008',
      region: 'london',
      type: 'london-borough',
      childPopulation: 50_000,
    },
    databaseUrl: nodeDatabase.url,
  });
  let node: RunningNode = await startNode(nodeConfig, signIn(), silent('node'));
  await savePeople(node.context.database as never, staff);
  const { code } = await invite(hub.context, { authorityName: 'Small', operator: null });
  const { fingerprint, recoveryPhrase } = await join(node.context, { hubUrl: hub.url, invitation: code });
  const membership = await node.context.network.membership();
  if (!membership) throw new Error('the node has not joined');
  await confirmFingerprint(hub.context, { node: membership.node, fingerprint, operator: null });
  // The conformance run waits for receipts, which come in their own time.
  await vi.waitUntil(
    async () => {
      await followNetwork(node.context);
      return (await node.context.network.membership())?.state === 'live';
    },
    { timeout: 30_000, interval: 100 },
  );
  let written = 0;

  const network = {
    id: membership.node,
    recoveryPhrase,
    authority: membership.authority,
    hubDatabase,
    nodeDatabase,
    get hub() {
      return hub;
    },
    get node() {
      return node;
    },
    async person(subject: 'lead' | 'reader'): Promise<Person> {
      const row = await node.context.database.db
        .selectFrom('person')
        .select(['id', 'name', 'roles'])
        .where('subject', '=', subject)
        .executeTakeFirstOrThrow();
      return { ...row, roles: row.roles as Role[] };
    },
    /** A page of the node as somebody of its staff sees it. */
    async readPage(subject: 'lead' | 'reader', path: string): Promise<string> {
      const signedIn = await fetch(`${node.url}/sign-in/demo/${subject}`, { redirect: 'manual' });
      const cookie = signedIn.headers
        .getSetCookie()
        .map((set) => set.split(';')[0])
        .join('; ');
      return (await fetch(`${node.url}${path}`, { headers: { cookie } })).text();
    },
    /** Writes, approves and publishes a learning record. Gives its record id and its case review. */
    async publish(): Promise<{ review: string; record: string }> {
      const review = await publishOnce(node.context, { author: 'lead', reader: 'reader', text: written });
      written += 1;
      const { record } = await node.context.database.db
        .selectFrom('case_review')
        .select('record')
        .where('id', '=', review)
        .executeTakeFirstOrThrow();
      return { review, record };
    },
    /** The node's log as the hub holds it. */
    logAtHub: () =>
      hub.context.database.db
        .selectFrom('publication')
        .select(['epoch', 'seq', 'op', 'envelope'])
        .orderBy('epoch')
        .orderBy('seq')
        .execute(),
    /** The records that the hub serves. */
    async served(): Promise<string[]> {
      const rows = await hub.context.database.db.selectFrom('learning_record').select('id').orderBy('id').execute();
      return rows.map(({ id }) => id);
    },
    /** Brings both ends up to date. */
    async drain(): Promise<void> {
      for (const job of ['withdraw-ahead', 'deliver', 'fetch-receipts']) await node.context.jobs.wake(job);
      await node.context.jobs.drain();
      await hub.context.jobs.wake('update-index');
      await hub.context.jobs.drain();
      await node.context.jobs.wake('fetch-receipts');
      await node.context.jobs.drain();
    },
    /** Stops the node, does something to its database, and starts it again. */
    async withNodeDown(act: () => Promise<void>): Promise<void> {
      await node.stop();
      await act();
      node = await startNode(nodeConfig, signIn(), silent('node'));
    },
    /** Stops the hub, does something to its database, and starts it again at the same address. */
    async withHubDown(act: () => Promise<void>): Promise<void> {
      await hub.stop();
      await act();
      hub = await startHub(
        { ...hubConfig, url: `http://127.0.0.1:${hubPort}`, listen: { host: '127.0.0.1', port: hubPort } },
        signIn(),
        silent('hub'),
      );
    },
    /** Gives the hub's database, migrated, while no hub runs on it. */
    async inHubDatabase(act: (database: Hub['context']['database']) => Promise<void>): Promise<void> {
      const context = await openHubDatabase(hubDatabase.url);
      await act(context).finally(() => context.close());
    },
    async approveEpoch(epoch: number): Promise<void> {
      await approveEpoch(hub.context, { node: network.id, epoch, operator: null });
    },
    async stop(): Promise<void> {
      await node.stop();
      await hub.stop();
      await nodeDatabase.drop();
      await hubDatabase.drop();
    },
  };
  return network;
}

async function copyableDatabase() {
  const { database, url, drop } = await testDatabase<unknown>({ template: 'empty', migrations: {} });
  await database.close();
  const name = new URL(url).pathname.slice(1);
  const admin = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: new URL('/postgres', url).href });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const replace = (target: string, source: string) =>
    admin(`drop database if exists ${target} with (force)`, `create database ${target} template ${source}`);
  return {
    url,
    /** Keeps a copy of the database, which nobody may be using. */
    backUp: () => replace(`${name}_backup`, name),
    restore: () => replace(name, `${name}_backup`),
    empty: () => admin(`drop database ${name} with (force)`, `create database ${name}`),
    async drop() {
      await admin(`drop database if exists ${name}_backup with (force)`);
      await drop();
    },
  };
}
