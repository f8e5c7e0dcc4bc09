import { type HubClient, HubProblem, type RiskReport } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import * as store from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'log'>;

/**
 * Sends what waits: reports that were made here and answers to those of our records. What the hub cannot take now stays and is
 * tried again; what it refuses for good calls a person. Throws what keeps all of it waiting.
 */
export async function sendRiskReports(context: Context): Promise<void> {
  if (!(await context.network.membership())) return;
  const { database } = context;
  const hub = await context.network.hub();
  for (const report of await store.unsentReports(database)) {
    await send(context, report.id, async () => store.followReport(database, await hub.reportRisk(report)), {
      gone: () => database.transaction((tx) => store.closeReportsOf(tx, [report.record])),
    });
  }
  for (const { id, answer } of await store.unsentAnswers(database)) {
    await send(context, id, async () => store.followReport(database, await hub.answerRiskReport(id, answer)), {
      // Something else has settled it meanwhile: what, the hub says when it is asked next.
      'report-settled': () => store.markTried(database, id),
    });
  }
}

/** One that is not found may be found later: the hub was rebuilt, and its nodes send again what it held. */
async function send(
  { database, log }: Context,
  id: string,
  attempt: () => Promise<void>,
  answers: Record<string, () => Promise<void>>,
): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof HubProblem) || keepsAllWaiting(error)) throw error;
    const answered = error.code === 'not-found' ? () => store.markTried(database, id) : answers[error.code];
    if (answered) return answered();
    await store.markRefused(database, id, error.code);
    log.error({ report: id, code: error.code }, 'the hub refused a risk report');
  }
}

/** Whether the hub said nothing of this report: it could not be reached, asked to wait, or takes nothing from us now. */
function keepsAllWaiting({ status, retryAfterSeconds }: HubProblem): boolean {
  return retryAfterSeconds !== undefined || [0, 401, 403, 429].includes(status) || status >= 500;
}

/**
 * Asks the hub what became of the reports that were made here, and what is reported of our records, so that a lead reads it. One that
 * waits and that the hub does not know any more is sent again.
 */
export async function followRiskReports(context: Context): Promise<void> {
  const membership = await context.network.membership();
  if (!membership?.liveAt || membership.state === 'expelled') return;
  const asked = new Date();
  const told = await toldBy(await context.network.hub());
  if (told === null) return;
  const mayRead = membership.isServed && membership.state !== 'suspended';
  const news: string[] = [];
  await context.database.transaction(async (tx) => {
    for (const report of told) {
      const isNew = report.record !== null && (await store.insertTold(tx, report));
      await store.followReport(tx, report);
      if (isNew && report.side === 'received' && report.state === 'open') news.push(report.id);
    }
    const ids = new Set(told.map(({ id }) => id));
    const missing = (await store.knownToHub(tx)).filter(
      ({ id, side, sent_at: sentAt }) =>
        !ids.has(id) && sentAt !== null && sentAt < asked && (side === 'received' || mayRead),
    );
    for (const { id, side, state } of missing) if (side === 'made' && state === 'open') await store.sendAgain(tx, id);
    await store.forget(
      tx,
      missing.filter(({ state }) => state !== 'open').map(({ id }) => id),
    );
    await store.forgetSettled(tx);
  });
  if (news.length > 0)
    context.log.error({ reports: news }, 'somebody may be recognised in our learning: a lead must act');
}

/** Every report that the hub tells us of; null when it does not know of reports. */
async function toldBy(hub: HubClient): Promise<RiskReport[] | null> {
  const told: RiskReport[] = [];
  try {
    for (let after: string | undefined; ; ) {
      const { reports, next } = await hub.riskReports(after);
      told.push(...reports);
      if (next === null) return told;
      after = next;
    }
  } catch (error) {
    if (error instanceof HubProblem && error.status === 404) return null;
    throw error;
  }
}
