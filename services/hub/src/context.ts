import {
  bullmqJobs,
  createLogger,
  Database,
  errorCode,
  inProcessJobs,
  type Jobs,
  type Logger,
} from '@practice-exchange/platform';
import { embeddedIndex, type LearningIndex, meilisearchIndex } from '@practice-exchange/search';
import type { HubConfig } from './config.ts';
import { type HubIdentity, openHubIdentity } from './features/identity/identity.ts';
import { type Announcements, listenForReceipts } from './features/receipts/announcement-store.ts';
import type { HubSchema } from './schema/hub-schema.ts';
import { migrations } from './schema/migrations/migrations.ts';

// Less than a new key is listed before it signs.
const keysReadEveryMs = 30_000;

/** Everything that a feature of the hub may need, built once and closed once. */
export type HubContext = {
  config: HubConfig;
  log: Logger;
  database: Database<HubSchema>;
  jobs: Jobs;
  index: LearningIndex;
  /** The hub's opaque id, and the key that signs receipts now. */
  hub: HubIdentity;
  announcements: Announcements;
  close(): Promise<void>;
};

/** Opens the database (migrating it), the jobs, the index and the hub's key. Whatever was opened is closed on failure. */
export async function createHubContext(
  config: HubConfig,
  log: Logger = createLogger({ name: 'hub', level: config.logLevel }),
): Promise<HubContext> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    const database = Database.connect<HubSchema>({
      url: config.databaseUrl,
      migrations,
      applicationName: 'practice-exchange-hub',
      log,
    });
    closers.push(() => database.close());
    await database.migrate();
    const hub = await openHubIdentity(database, config.secret);
    const refresh = setInterval(() => {
      hub.refresh().catch((error: unknown) => log.warn({ code: errorCode(error) }, "the hub's keys were not read"));
    }, keysReadEveryMs).unref();
    closers.push(async () => clearInterval(refresh));
    const announcements = await listenForReceipts(config.databaseUrl, log);
    closers.push(() => announcements.close());
    const jobs = config.redisUrl
      ? bullmqJobs({ redisUrl: config.redisUrl, prefix: `hub-${hub.id}`, log })
      : inProcessJobs({ log });
    closers.push(() => jobs.stop());
    const index = config.meilisearch
      ? await meilisearchIndex({ prefix: 'learning', ...config.meilisearch })
      : await embeddedIndex(config.dataDirectory ? { snapshotPath: `${config.dataDirectory}/learning-index` } : {});
    closers.push(() => index.close());
    return { config, log, database, jobs, index, hub, announcements, close };
  } catch (error) {
    await close();
    throw error;
  }
}
