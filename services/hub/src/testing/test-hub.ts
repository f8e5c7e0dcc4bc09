import { createLogger, newId } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import {
  type AuthorityProfile,
  type ChainHead,
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  type SigningKey,
  sealPublication,
  sha256,
  startOfEpoch,
  syntheticRun,
} from '@practice-exchange/protocol';
import { DemoSignIn, type Role, savePeople } from '@practice-exchange/web';
import { sql } from 'kysely';
import type { HubConfig } from '../config.ts';
import { confirmFingerprint, invite } from '../features/enrolling/enrolling.ts';
import type { HubSchema } from '../schema/hub-schema.ts';
import { migrations } from '../schema/migrations/migrations.ts';
import { type Hub, startHub } from '../service.ts';

/** A node as the hub knows one: an id, a key, its authority, and a client that speaks for it. */
export type TestMember = {
  node: string;
  key: SigningKey;
  recoveryKey: SigningKey;
  /** The head of its log after the conformance run: what it publishes next follows. */
  head: ChainHead;
  authority: string;
  profile: AuthorityProfile;
  client: HubClient;
};

/** A hub on a database of its own, listening on a free port of the loopback interface. */
export type TestHub = {
  hub: Hub;
  url: string;
  /** Has a node join as any node does: invitation, enrolment, fingerprint, conformance run. It is live then. */
  enrol(profile?: Partial<AuthorityProfile>): Promise<TestMember>;
  /** The same up to its enrolment: the fingerprint waits for a person. */
  enrolOnly(profile?: Partial<AuthorityProfile>): Promise<TestMember>;
  /** Every row of the tables that an ingest may touch: equal before and after means that nothing changed. */
  state(): Promise<unknown>;
  /** One digest over every row of every table but what changes beside a refusal: used tokens, when and how often a node was heard, when the index was compared. */
  digest(): Promise<string>;
  stop(): Promise<void>;
};

let authorities = 0;

const writtenBesideRefusals: ReadonlySet<string> = new Set([
  'request_seen',
  'member_contact',
  'stranger_contact',
  'index_comparison',
]);

/** The conformance run of a node: a synthetic record from its first publication to its receipts. Gives the head after it. */
export async function rehearse(
  { client, head: start, key, authority }: Pick<TestMember, 'client' | 'head' | 'key' | 'authority'>,
  drain: () => Promise<void>,
): Promise<ChainHead> {
  let head = start;
  for (const intent of syntheticRun(newId(), authority)) {
    const sealed = sealPublication(head, intent, { key, created: new Date().toISOString() });
    await client.publish([sealed.item]);
    head = sealed.head;
  }
  await drain();
  const { next } = await client.receipts(0);
  await client.receipts(next);
  return head;
}

/** Somebody who may sign in at a test hub, at `/sign-in/demo/` and the id. */
export type TestPerson = { id: string; name: string; roles: Role[] };

/** Starts a hub for tests. `settings` override its configuration. */
export async function startTestHub(
  settings: Partial<HubConfig> = {},
  people: readonly TestPerson[] = [],
): Promise<TestHub> {
  const { database, url: databaseUrl, drop } = await testDatabase<HubSchema>({ template: 'hub', migrations });
  const config: HubConfig = {
    production: false,
    demo: true,
    url: 'http://127.0.0.1',
    listen: { host: '127.0.0.1', port: 0 },
    parts: { api: true, worker: true },
    databaseUrl,
    redisUrl: null,
    meilisearch: null,
    dataDirectory: null,
    secret: 'the secret of a hub that only tests use',
    openIdConnect: null,
    statisticsArePublic: false,
    logLevel: 'silent',
    ...settings,
  };
  const hub = await startHub(
    config,
    new DemoSignIn({
      people: people.map((person) => ({ ...person, title: 'Tester', description: '' })),
      production: false,
    }),
    createLogger({ name: 'hub', level: 'silent' }),
  );
  await savePeople(
    database as never,
    people.map(({ id, name, roles }) => ({ subject: id, name, roles, jobTitle: 'Tester' })),
  );
  const { url } = hub;
  const enrolOnly = async (profile: Partial<AuthorityProfile> = {}): Promise<TestMember> => {
    authorities += 1;
    const full: AuthorityProfile = {
      name: `Authority ${authorities}`,
      onsCode: `E9${String(authorities).padStart(7, '0')}`,
      region: 'london',
      type: 'london-borough',
      childPopulation: 50_000,
      ...profile,
    };
    const node = newId();
    const key = openSigningKey(generatePrivateJwk());
    const recoveryKey = openSigningKey(generatePrivateJwk());
    const client = new HubClient({ hubUrl: url, hubId: hub.context.hub.id, node, key });
    const { code } = await invite(hub.context, { authorityName: full.name, operator: null });
    const { authority } = await client.enrol(code, full, recoveryKey.publicJwk);
    return { node, key, recoveryKey, head: startOfEpoch(node, 1), authority, profile: full, client };
  };
  return {
    hub,
    url,
    enrolOnly,
    async enrol(profile) {
      const member = await enrolOnly(profile);
      const fingerprint = fingerprintOf(member.key.publicJwk);
      await confirmFingerprint(hub.context, { node: member.node, fingerprint, operator: null });
      return { ...member, head: await rehearse(member, () => hub.context.jobs.drain()) };
    },
    async state() {
      const tables = [
        'member',
        'publication',
        'body',
        'quarantined_publication',
        'receipt',
        'record',
        'learning_record',
        'narrowing',
        'index_task',
        'practice_statement',
        'caseload_return',
        'risk_report',
      ] as const;
      const rows = await Promise.all(tables.map((table) => database.db.selectFrom(table).selectAll().execute()));
      return Object.fromEntries(
        tables.map((table, index) => [
          table,
          (rows[index] ?? []).map((row) => JSON.stringify({ ...row, last_heard_at: undefined })).sort(),
        ]),
      );
    },
    async digest() {
      const { rows } = await sql<{ name: string }>`
        select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
      `.execute(database.db);
      const digests: string[] = [];
      for (const { name } of rows.filter(({ name }) => !writtenBesideRefusals.has(name))) {
        const { rows: found } = await sql<{ row: string }>`
          select (to_jsonb(t) - 'last_heard_at')::text as row from ${sql.table(name)} t order by 1
        `.execute(database.db);
        digests.push(`${name} ${found.map(({ row }) => row).join('\n')}`);
      }
      return sha256(digests.sort().join('\n'));
    },
    async stop() {
      await hub.stop();
      await drop();
    },
  };
}
