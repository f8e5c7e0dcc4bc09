import type { Guard } from '@practice-exchange/anonymisation';
import { bullmqJobs, createLogger, Database, inProcessJobs, type Jobs, type Logger } from '@practice-exchange/platform';
import type { NodeConfig } from './config.ts';
import { openGuard } from './features/anonymisation/guard.ts';
import { SharedCounts } from './features/anonymisation/shared-counts.ts';
import { NodeKeys } from './features/identity/node-keys.ts';
import { Network } from './features/joining/network.ts';
import { Patience } from './features/sync/patience.ts';
import { migrations } from './schema/migrations/migrations.ts';
import type { NodeSchema } from './schema/node-schema.ts';

/** Everything that a feature of the node may need, built once and closed once. */
export type NodeContext = {
  config: NodeConfig;
  log: Logger;
  database: Database<NodeSchema>;
  jobs: Jobs;
  keys: NodeKeys;
  /** The way to the hub, once the node has joined. */
  network: Network;
  guard: Guard;
  /** The waits that the hub has asked for. */
  patience: Patience;
  /** What the hub answered lately about how many records share codes. */
  sharedCounts: SharedCounts;
  close(): Promise<void>;
};

/** Opens the database (migrating it), the jobs and the node's key. Whatever was opened is closed on failure. */
export async function createNodeContext(
  config: NodeConfig,
  log: Logger = createLogger({ name: config.id, level: config.logLevel }),
): Promise<NodeContext> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    const database = Database.connect<NodeSchema>({
      url: config.databaseUrl,
      migrations,
      applicationName: `practice-exchange-${config.id}`,
      log,
    });
    closers.push(() => database.close());
    await database.migrate();
    const keys = new NodeKeys({ database, secret: config.secret });
    await keys.ensure();
    const jobs = config.redisUrl
      ? bullmqJobs({ redisUrl: config.redisUrl, prefix: config.id, log })
      : inProcessJobs({ log });
    closers.push(() => jobs.stop());
    const network = new Network({ database, keys, secret: config.secret });
    const guard = openGuard();
    closers.push(() => guard.close());
    return {
      config,
      log,
      database,
      jobs,
      keys,
      network,
      guard,
      patience: new Patience(),
      sharedCounts: new SharedCounts(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
