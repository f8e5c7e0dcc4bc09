import type { NodeContext } from '../../context.ts';
import type { Membership } from '../identity/membership.ts';
import { medianLag, outbox, syncState } from './store.ts';

/** How the way to the hub is, and what there is to do about it. `warns`: a person should know. */
export type SyncHealth = {
  readonly standing: 'not-joined' | 'closed' | 'well' | 'behind' | 'silent';
  readonly warns: boolean;
  readonly says: string;
  readonly advice: string | null;
  readonly waiting: number;
  readonly oldest: Date | null;
  readonly unanswered: number;
  readonly heardAt: Date | null;
  readonly problemCode: string | null;
  readonly problemAt: Date | null;
  /** Seconds from publishing until the hub's last word: the middle one of the newest fifty. */
  readonly lagSeconds: number | null;
};

const silentAfterMs = 15 * 60_000;
const behindAfterMs = 10 * 60_000;

/** How this node stands with the hub, for its leads and administrators. */
export async function syncHealth(
  context: Pick<NodeContext, 'database' | 'network'>,
  now = Date.now(),
): Promise<SyncHealth> {
  const membership = await context.network.membership();
  const state = await syncState(context.database);
  const epoch = membership?.epoch ?? 1;
  const [queue, lagSeconds] = await Promise.all([outbox(context.database, epoch), medianLag(context.database, epoch)]);
  const facts = {
    ...queue,
    lagSeconds,
    heardAt: state.heard_at,
    problemCode: state.problem_code,
    problemAt: state.problem_at,
  };
  if (!membership) {
    const says = 'This service has not joined the network yet, so nothing is sent.';
    return { ...facts, standing: 'not-joined', warns: false, says, advice: null };
  }
  const closed = closedStanding(membership);
  if (closed !== null) return { ...facts, standing: 'closed', warns: true, ...closed };
  if (state.heard_at === null || now - state.heard_at.getTime() > silentAfterMs) {
    return {
      ...facts,
      standing: 'silent',
      warns: state.heard_at !== null || state.problem_at !== null,
      says:
        state.heard_at === null
          ? 'The hub has not answered yet.'
          : 'The hub has not answered for a while. Nothing is lost: everything waits here and is sent when it does.',
      advice: 'Ask your node administrator to look at the connection. If it is well, ring the network operator.',
    };
  }
  if (queue.oldest !== null && now - queue.oldest.getTime() > behindAfterMs) {
    return {
      ...facts,
      standing: 'behind',
      warns: true,
      says: 'The hub answers, and something has waited to be sent for more than ten minutes.',
      advice: 'It is tried again by itself. If it is still here in an hour, ask your node administrator.',
    };
  }
  return {
    ...facts,
    standing: 'well',
    warns: false,
    says: queue.waiting > 0 ? 'The hub answers. What waits is on its way.' : 'The hub answers, and nothing waits.',
    advice: null,
  };
}

// What only a change of keys by the recovery key mends.
const keyProblems: ReadonlySet<string> = new Set(['key-not-trusted', 'recovery-not-proven', 'token-unknown-issuer']);

/** What keeps publications here whatever the way to the hub is like: a decision, which only people undo. */
function closedStanding({
  state,
  liveAt,
  mayPublish,
  problem,
}: Membership): Pick<SyncHealth, 'says' | 'advice'> | null {
  const ring = 'Ring the network operator to learn why.';
  if (state === 'suspended') {
    return {
      says: 'The network operator has suspended this service. What is published waits here until that is lifted.',
      advice: ring,
    };
  }
  if (state === 'expelled') {
    return { says: 'This service is no longer a member of the network, so nothing is sent.', advice: ring };
  }
  if (state === 'frozen') {
    return {
      says: 'The hub takes nothing from this service but withdrawals, until people at both ends have looked.',
      advice: ring,
    };
  }
  if (liveAt !== null && problem !== null && keyProblems.has(problem)) {
    return {
      says: 'The hub no longer trusts the signing key of this service. What is published waits here.',
      advice: 'Ask your node administrator to open Network, Keys: they need the words of the recovery key.',
    };
  }
  if (liveAt !== null && !mayPublish) {
    return { says: 'The network operator has switched off publishing. What is published waits here.', advice: ring };
  }
  return null;
}
