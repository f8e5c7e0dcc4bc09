import { HubProblem, type MembershipResponse } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { type Membership, readMembership } from '../identity/membership.ts';
import { saveProblem, saveStanding } from '../identity/store.ts';
import { settleKeys } from '../keys/keys.ts';
import { learnRecoveries } from '../keys/recovered-elsewhere.ts';
import { runConformance } from './conformance-run.ts';
import { learnHubKeys } from './hub-keys.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'log' | 'jobs' | 'keys' | 'patience'>;

const askLiveEveryMs = 60_000;

/**
 * Asks the hub where this node stands and acts on it: takes the synthetic record through the conformance run, finishes a change
 * of keys, learns the hub's new keys. A live node asks once a minute unless `now`. Throws when the hub cannot be asked, to be
 * tried again later; the administrator's page says what kept it.
 */
export async function followNetwork(context: Context, { now = true }: { now?: boolean } = {}): Promise<void> {
  const membership = await context.network.membership();
  if (!membership) return;
  const asked = membership.askedAt?.getTime() ?? 0;
  if (!now && membership.state === 'live' && Date.now() - asked < askLiveEveryMs) return;
  try {
    let standing = await ask(context, membership);
    if (standing.state === 'conformance') {
      await runConformance(context, membership);
      standing = await ask(context, membership);
    }
    await learnHubKeys(context, membership);
    if (standing.state === 'live') await settleKeys(context);
  } catch (error) {
    if (error instanceof HubProblem) await saveProblem(context.database, error.code);
    throw error;
  }
}

async function ask(context: Context, before: Membership): Promise<MembershipResponse> {
  const hub = await context.network.hub();
  const standing = await hub.membership();
  await context.database.transaction(async (tx) => {
    const stood = (await readMembership(tx)) ?? before;
    await saveStanding(tx, standing);
    const problem = await learnRecoveries(tx, stood, standing);
    if (problem !== null) context.log.error({ code: problem }, 'an administrator must change the keys of this node');
    if (stood.state === standing.state) return;
    await audit(tx, {
      person: null,
      action: 'standing-changed',
      subjectType: 'membership',
      subject: standing.node,
      detail: { from: stood.state, to: standing.state },
    });
  });
  return standing;
}
