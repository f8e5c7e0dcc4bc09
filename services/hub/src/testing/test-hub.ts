import { createLogger, newId } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import {
  type AuthorityProfile,
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  type SigningKey,
} from '@practice-exchange/protocol';
import { DemoSignIn } from '@practice-exchange/web';
import type { HubConfig } from '../config.ts';
import { confirmFingerprint, invite } from '../features/enrolling/enrolling.ts';
import type { HubSchema } from '../schema/hub-schema.ts';
import { migrations } from '../schema/migrations/migrations.ts';
import { type Hub, startHub } from '../service.ts';

/** A node as the hub knows one: an id, a key, its authority, and a client that speaks for it. */
export type TestMember = {
  node: string;
  key: SigningKey;
  authority: string;
  profile: AuthorityProfile;
  client: HubClient;
};

/** A hub on a database of its own, listening on a free port of the loopback interface. */
export type TestHub = {
  hub: Hub;
  url: string;
  enrol(profile?: Partial<AuthorityProfile>): Promise<TestMember>;
  /** Every row of the tables that an ingest may touch: equal before and after means that nothing changed. */
  state(): Promise<unknown>;
  stop(): Promise<void>;
};

let authorities = 0;

/** Starts a hub for tests. `settings` override its configuration. */
export async function startTestHub(settings: Partial<HubConfig> = {}): Promise<TestHub> {
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
    new DemoSignIn({ people: [], production: false }),
    createLogger({ name: 'hub', level: 'silent' }),
  );
  const { url } = hub;
  return {
    hub,
    url,
    async enrol(profile = {}) {
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
      const client = new HubClient({ hubUrl: url, hubId: hub.context.hub.id, node, key });
      const { code } = await invite(hub.context, { authorityName: full.name, operator: null });
      const { authority } = await client.enrol(code, full);
      await confirmFingerprint(hub.context, { node, fingerprint: fingerprintOf(key.publicJwk), operator: null });
      return { node, key, authority, profile: full, client };
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
        'index_task',
        'practice_statement',
        'caseload_return',
      ] as const;
      const rows = await Promise.all(tables.map((table) => database.db.selectFrom(table).selectAll().execute()));
      return Object.fromEntries(
        tables.map((table, index) => [
          table,
          (rows[index] ?? []).map((row) => JSON.stringify({ ...row, last_heard_at: undefined })).sort(),
        ]),
      );
    },
    async stop() {
      await hub.stop();
      await drop();
    },
  };
}
