import { AppError } from '@practice-exchange/platform';
import type { MemberState } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { lockStanding, saveStanding } from './store.ts';

type Decision = { node: string; operator: string | null; reason: string };

/**
 * Turns the two switches of a member: whether it may publish and whether it is served. The reason is kept in the audit.
 * Throws `member-unknown`, or `member-not-live` before its conformance run is done or after it left; nothing changes then.
 */
export async function turnSwitches(
  context: Pick<HubContext, 'database'>,
  decision: Decision & { mayPublish: boolean; isServed: boolean },
): Promise<void> {
  const { node, mayPublish, isServed } = decision;
  await context.database.transaction(async (tx) => {
    const member = await lockStanding(tx, node);
    if (!member) throw memberUnknown();
    if (member.state !== 'live') {
      throw refused('member-not-live', 'The switches of a member can be turned while it is live and at no other time.');
    }
    await saveStanding(tx, node, { may_publish: mayPublish, is_served: isServed });
    await audit(tx, {
      person: decision.operator,
      node,
      action: 'switches-turned',
      subjectType: 'member',
      subject: node,
      detail: { mayPublish, isServed, reason: decision.reason },
    });
  });
}

/**
 * Suspends a member: it may neither publish nor read until the suspension is lifted. Nothing of what it has shared changes.
 * Throws `member-unknown` or `member-cannot-be-suspended`; nothing changes then.
 */
export async function suspend(context: Pick<HubContext, 'database'>, decision: Decision): Promise<void> {
  await changeState(context, decision, 'suspended', (state) => {
    if (state === 'suspended' || state === 'expelled') {
      throw refused('member-cannot-be-suspended', 'This member is suspended already, or has left the network.');
    }
    return { state: 'suspended', state_before: state };
  });
}

/** Lifts a suspension: the member is again what it was. Throws `member-unknown` or `member-not-suspended`. */
export async function liftSuspension(context: Pick<HubContext, 'database'>, decision: Decision): Promise<void> {
  await changeState(context, decision, 'suspension-lifted', (state, before) => {
    if (state !== 'suspended' || !before) throw refused('member-not-suspended', 'This member is not suspended.');
    return { state: before, state_before: null };
  });
}

/**
 * Expels a member, for good: its keys open nothing any more but the question where it stands. What it has shared stays, as
 * only its own signature withdraws. The authority may join again with a new node. Throws `member-unknown` or
 * `member-expelled-before`.
 */
export async function expel(context: Pick<HubContext, 'database'>, decision: Decision): Promise<void> {
  await changeState(context, decision, 'expelled', (state) => {
    if (state === 'expelled') throw refused('member-expelled-before', 'This member has left the network already.');
    return { state: 'expelled', state_before: null, may_publish: false, is_served: false };
  });
}

async function changeState(
  context: Pick<HubContext, 'database'>,
  { node, operator, reason }: Decision,
  action: string,
  change: (state: MemberState, before: MemberState | null) => Parameters<typeof saveStanding>[2],
): Promise<void> {
  await context.database.transaction(async (tx) => {
    const member = await lockStanding(tx, node);
    if (!member) throw memberUnknown();
    await saveStanding(tx, node, change(member.state, member.state_before));
    await audit(tx, { person: operator, node, action, subjectType: 'member', subject: node, detail: { reason } });
  });
}

/** There is no such member: 404. */
export function memberUnknown(): AppError {
  return new AppError({ code: 'member-unknown', status: 404, title: 'Not found', message: 'There is no such member.' });
}

function refused(code: string, message: string): AppError {
  return new AppError({ code, status: 409, title: 'This cannot be done now', message });
}
