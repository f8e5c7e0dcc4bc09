import type { Logger } from '@practice-exchange/platform';
import { giveFirstAccount, type SignIn } from '@practice-exchange/web';
import { nodeApp } from './app.ts';
import type { NodeConfig } from './config.ts';
import { createNodeContext, type NodeContext } from './context.ts';
import { checkDrafts } from './features/anonymisation/checking.ts';
import { deliver } from './features/delivering/delivering.ts';
import { fetchReceipts } from './features/delivering/receipts.ts';
import { followNetwork } from './features/joining/following.ts';
import { followRiskReports, sendRiskReports } from './features/risk-reports/following.ts';
import { keepAlive } from './features/sync/heartbeat.ts';
import { patiently } from './features/sync/patiently.ts';
import { letGo } from './features/withdrawing/letting-go.ts';
import { sendAhead } from './features/withdrawing/withdrawing.ts';

/** A running node. */
export type RunningNode = {
  url: string;
  context: NodeContext;
  stop(): Promise<void>;
};

/**
 * Starts a node, whether it has joined the network or not. Throws, with everything taken down again, when the database does not answer, a port is in use or the secret does not fit.
 */
export async function startNode(config: NodeConfig, signIn: SignIn, log?: Logger): Promise<RunningNode> {
  const context = await createNodeContext(config, log);
  const { jobs } = context;
  try {
    await admitFirstAdministrator(context);
    const asks = (job: string, run: () => Promise<void>, everyMs: number) =>
      jobs.define(job, patiently(context, job, run), { everyMs, concurrency: 1 });
    asks('withdraw-ahead', () => sendAhead(context), 10_000);
    asks('deliver', () => deliver(context), 10_000);
    jobs.define('check-anonymity', () => checkDrafts(context), { everyMs: 10_000, concurrency: 1 });
    asks('fetch-receipts', () => fetchReceipts(context), 10_000);
    asks('let-go', () => letGo(context), 20_000);
    asks('send-risk-reports', () => sendRiskReports(context), 10_000);
    asks('follow-risk-reports', () => followRiskReports(context), 20_000);
    jobs.define('keep-alive', () => keepAlive(context), { everyMs: 600_000, concurrency: 1 });
    asks('follow-network', () => followNetwork(context, { now: false }), 10_000);
    const app = await nodeApp(context, signIn);
    jobs.define(
      'forget-sessions',
      async () => {
        await app.sessions.forgetEnded();
        await app.keptForms?.forgetOld();
      },
      { everyMs: 3_600_000, concurrency: 1 },
    );
    const address = await app.listen({ host: config.listen.host, port: config.listen.port });
    await jobs.start();
    return {
      // With port 0 the system chose the port.
      url: config.listen.port === 0 ? address : config.url,
      context,
      stop: async () => {
        app.server.closeAllConnections();
        await app.close();
        await context.close();
      },
    };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Somebody must be there who can let others in: the person whom the configuration names. */
async function admitFirstAdministrator({ config, database, log }: NodeContext): Promise<void> {
  const { administrator } = config;
  if (!administrator) return;
  const person = { ...administrator, jobTitle: 'Node administrator', roles: ['administrator'] as const };
  const id = await giveFirstAccount(database as never, person);
  if (id) log.info({ person: id }, 'the first administrator has an account');
}
