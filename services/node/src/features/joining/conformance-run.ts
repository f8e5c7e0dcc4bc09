import { advisoryLock, newId } from '@practice-exchange/platform';
import { type ConformanceStepState, conformanceSteps, HubProblem, syntheticRun } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { deliver } from '../delivering/delivering.ts';
import { fetchReceipts } from '../delivering/receipts.ts';
import type { Membership } from '../identity/membership.ts';
import { append } from '../publishing/append.ts';
import { newestRun, type RehearsedPublication } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'log' | 'jobs' | 'keys' | 'patience'>;

/**
 * Takes a synthetic record through the conformance run, from wherever it stands: each publication after the receipt of the one
 * before. What was broken off goes on; a run in which something was rejected stays as it is unless `again`.
 */
export async function runConformance(
  context: Context,
  membership: Membership,
  { again = false }: { again?: boolean } = {},
): Promise<void> {
  if (again) await publishStep(context, membership, { record: newId(), step: 0, again });
  for (;;) {
    const run = await newestRun(context.database);
    const last = run.at(-1);
    const settled = last === undefined || last.receipts.length > 0;
    if (run.some(isRefused)) return;
    if (settled && run.length < publications) {
      await publishStep(context, membership, { record: last?.record ?? newId(), step: run.length });
    }
    if (context.patience.left('deliver') > 0) return;
    await sendPatiently(context);
    await fetchReceipts(context);
    const after = await newestRun(context.database);
    if (after.length === publications && after.at(-1)?.receipts.some(({ state }) => state === 'purged')) return;
    // Nothing came although everything was sent: the next sweep looks again.
    if ((after.at(-1)?.receipts.length ?? 0) === 0 || after.length === publications) return;
  }
}

const publications = 4;

/** A wait that the hub asks for holds for whichever job sends: the job that delivers keeps it too. */
async function sendPatiently(context: Context): Promise<void> {
  try {
    await deliver(context);
  } catch (error) {
    if (error instanceof HubProblem && error.retryAfterSeconds !== undefined) {
      context.patience.learn('deliver', error.retryAfterSeconds);
    }
    throw error;
  }
}

/** Publishes a step, unless somebody else has done so meanwhile: the page and the node's own clock may both be at it. */
async function publishStep(
  context: Context,
  membership: Membership,
  { record, step, again = false }: { record: string; step: number; again?: boolean },
): Promise<void> {
  const intent = syntheticRun(record, membership.authority)[step];
  if (!intent) throw new Error('a conformance run has four publications');
  await context.database.transaction(async (tx) => {
    await advisoryLock(tx, 'conformance-run');
    if (!again && (await newestRun(tx)).length !== step) return;
    await append(tx, context, membership.node, intent, null);
  });
}

function isRefused({ receipts }: RehearsedPublication): boolean {
  return receipts.some(({ state }) => state === 'rejected' || state === 'quarantined');
}

/** How the newest run stands, as this end sees it. The last step is done when the hub has made the node live. */
export function stepsAtNode(run: readonly RehearsedPublication[], isLive: boolean): ConformanceStepState[] {
  const purged = run.at(3)?.receipts.find(({ state }) => state === 'purged');
  return conformanceSteps.map((step, index): ConformanceStepState => {
    if (step === 'purge') return stateOf(step, purged?.at);
    if (step === 'read-receipts') return stateOf(step, isLive ? purged?.at : undefined);
    const receipts = run.at(index)?.receipts ?? [];
    const refused = receipts.find(({ state }) => state === 'rejected' || state === 'quarantined');
    if (refused) return { step, state: 'failed', at: refused.at.toISOString(), reason: refused.reason };
    return stateOf(step, receipts.find(({ state }) => state === (step === 'withdraw' ? 'withdrawn' : 'accepted'))?.at);
  });
}

function stateOf(step: ConformanceStepState['step'], at: Date | undefined): ConformanceStepState {
  return { step, state: at ? 'done' : 'waiting', at: at?.toISOString() ?? null, reason: null };
}
