import type { Logger } from '@practice-exchange/platform';
import { giveFirstAccount, type SignIn } from '@practice-exchange/web';
import { hubApp } from './app.ts';
import type { HubConfig } from './config.ts';
import { createHubContext, type HubContext } from './context.ts';
import { audit } from './features/audit/store.ts';
import { destroyEndedKeys } from './features/identity/store.ts';
import { keepIndex } from './features/indexing/indexing.ts';
import { forgetStrangers } from './features/limits/store.ts';
import { forgetExpiredRequests } from './features/members/store.ts';
import { releaseBuilder } from './features/releases/release-builder.ts';
import { warnOfRiskReports } from './features/risk-reports/risk-reports.ts';
import { forgetSettled } from './features/risk-reports/store.ts';
import { warnOfMembers } from './features/sync-health/sync-health.ts';
import { proveNarrowed } from './features/withdrawing/narrowing.ts';

/** A running hub. */
export type Hub = {
  url: string;
  context: HubContext;
  stop(): Promise<void>;
};

/**
 * Starts the hub, or the parts of it that the configuration names. Throws, with everything taken down again, when the
 * database does not answer, a port is in use or the secret does not fit.
 */
export async function startHub(config: HubConfig, signIn: SignIn, log?: Logger): Promise<Hub> {
  const context = await createHubContext(config, log);
  const { jobs } = context;
  const builder = releaseBuilder(context);
  try {
    await admitFirstOperator(context);
    jobs.define('update-index', () => keepIndex(context), { everyMs: 5_000, concurrency: 1 });
    jobs.define('prove-narrowed', () => proveNarrowed(context), { everyMs: 5_000, concurrency: 1 });
    jobs.define('warn-of-members', () => warnOfMembers(context), { everyMs: 600_000, concurrency: 1 });
    jobs.define('warn-of-risk-reports', () => warnOfRiskReports(context), { everyMs: 600_000, concurrency: 1 });
    jobs.define('forget-risk-reports', () => forgetSettled(context.database), { everyMs: 3_600_000, concurrency: 1 });
    const forget = async () => {
      await forgetExpiredRequests(context.database);
      await forgetStrangers(context.database);
    };
    jobs.define('forget-requests', forget, { everyMs: 300_000, concurrency: 1 });
    jobs.define('build-releases', () => builder.run(), { everyMs: 30_000, concurrency: 1 });
    jobs.define('end-hub-keys', () => destroyEndedKeys(context.database), { everyMs: 3_600_000, concurrency: 1 });
    if (config.parts.worker) await jobs.start();
    // A worker answers too, but only whether it is well.
    const app = await hubApp(context, signIn);
    const address = await app.listen({ host: config.listen.host, port: config.listen.port });
    return {
      // With port 0 the system chose the port.
      url: config.listen.port === 0 ? address : config.url,
      context,
      stop: async () => {
        app.server.closeAllConnections();
        await app.close();
        await builder.stop();
        await context.close();
      },
    };
  } catch (error) {
    await builder.stop();
    await context.close();
    throw error;
  }
}

/** Somebody must be there who can let others in: the person whom the configuration names. */
async function admitFirstOperator({ config, database }: HubContext): Promise<void> {
  const { administrator } = config;
  if (!administrator) return;
  await database.transaction(async (tx) => {
    const person = { ...administrator, jobTitle: 'Network operator', roles: ['operator'] as const };
    const id = await giveFirstAccount(tx as never, person);
    if (!id) return;
    await audit(tx, { person: null, node: null, action: 'account-given', subjectType: 'person', subject: id });
  });
}
