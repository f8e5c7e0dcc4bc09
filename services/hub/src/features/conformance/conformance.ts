import { type ConformanceStepState, conformanceSteps } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { makeLive, newestRun, type RehearsedPublication, receiptsReadBy } from './store.ts';

/** How a node's newest conformance run stands, step by step. */
export async function conformanceOf(
  context: Pick<HubContext, 'database'>,
  node: string,
): Promise<ConformanceStepState[]> {
  const [run, read] = await Promise.all([newestRun(context.database, node), receiptsReadBy(context.database, node)]);
  return stepsOf(run, read);
}

/**
 * A node has asked for receipts after a position, and so has those before it. In the conformance run that is the last step:
 * when every other is done, the node is live from here on.
 */
export async function receiptsWereRead(
  context: Pick<HubContext, 'database'>,
  member: { node: string; state: string },
): Promise<void> {
  if (member.state !== 'conformance') return;
  const steps = await conformanceOf(context, member.node);
  if (!steps.every(({ state }) => state === 'done')) return;
  await context.database.transaction(async (tx) => {
    if (!(await makeLive(tx, member.node))) return;
    await audit(tx, {
      person: null,
      node: member.node,
      action: 'went-live',
      subjectType: 'member',
      subject: member.node,
    });
  });
}

/** What the receipts of a run say of each step. A run in another order than the steps' is not one. */
export function stepsOf(run: readonly RehearsedPublication[], receiptsRead: number): ConformanceStepState[] {
  const inOrder = run.every(({ op }, index) => op === conformanceSteps[index]);
  const publications = inOrder ? run : [];
  const purged = publications.at(3)?.receipts.find(({ state }) => state === 'purged');
  return conformanceSteps.map((step, index): ConformanceStepState => {
    if (step === 'purge') return purged ? done(step, purged.at) : waiting(step);
    if (step === 'read-receipts') {
      return purged && receiptsRead >= purged.position ? done(step, purged.at) : waiting(step);
    }
    const receipts = publications[index]?.receipts ?? [];
    const refused = receipts.find(({ state }) => state === 'rejected' || state === 'quarantined');
    if (refused) return { step, state: 'failed', at: refused.at.toISOString(), reason: refused.reason };
    const answered = receipts.find(({ state }) => state === (step === 'withdraw' ? 'withdrawn' : 'accepted'));
    return answered ? done(step, answered.at) : waiting(step);
  });
}

function done(step: ConformanceStepState['step'], at: Date): ConformanceStepState {
  return { step, state: 'done', at: at.toISOString(), reason: null };
}

function waiting(step: ConformanceStepState['step']): ConformanceStepState {
  return { step, state: 'waiting', at: null, reason: null };
}
