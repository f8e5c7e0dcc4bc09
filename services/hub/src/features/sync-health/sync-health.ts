import { structuredIdentifiers } from '@practice-exchange/anonymisation';
import { AppError } from '@practice-exchange/platform';
import type { HubContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { membersHeard, unfreeze } from './store.ts';

const silentAfterMs = 15 * 60_000;
const behindAfterMs = 10 * 60_000;
const queueAtMost = 100;

/**
 * How a member keeps up: `silent` was not heard for a quarter of an hour; `behind` has had something waiting at either end for
 * ten minutes, or more than a hundred things; `left` is expelled, so that nobody waits for it.
 */
export type Keeping = 'well' | 'behind' | 'silent' | 'frozen' | 'never-heard' | 'left';

/** Whether a person at the hub must look. */
export function needsPerson({ keeping }: { keeping: Keeping }): boolean {
  return keeping === 'frozen' || keeping === 'silent' || keeping === 'behind';
}

/** How every member keeps up, those who need a person first. */
export async function membersKeeping(context: Pick<HubContext, 'database'>, now = Date.now()) {
  const members = (await membersHeard(context.database)).map((member) => {
    const unread = member.receipts_after === null ? 0 : Math.max(0, member.last_receipt - member.receipts_after);
    return { ...member, unread, keeping: keepingOf(member, unread, now) };
  });
  const needs: readonly Keeping[] = ['frozen', 'silent', 'behind', 'never-heard', 'well', 'left'];
  return members.sort((one, other) => needs.indexOf(one.keeping) - needs.indexOf(other.keeping));
}

function keepingOf(
  member: {
    state: string;
    heard_at: Date | null;
    undelivered: number | null;
    undelivered_since: Date | null;
    unread_since: Date | null;
  },
  unread: number,
  now: number,
): Keeping {
  if (member.state === 'expelled') return 'left';
  if (member.state === 'frozen') return 'frozen';
  if (member.heard_at === null) return 'never-heard';
  if (now - member.heard_at.getTime() > silentAfterMs) return 'silent';
  const waited = [member.undelivered_since, member.unread_since].some(
    (since) => since !== null && now - since.getTime() > behindAfterMs,
  );
  return waited || (member.undelivered ?? 0) > queueAtMost || unread > queueAtMost ? 'behind' : 'well';
}

/**
 * Lets a frozen node publish again, once people at both ends have looked at how two publications came to claim one place.
 * What the hub holds of its log stays as it is. Throws `not-frozen` (409) and `note-identifies` (400).
 */
export async function unfreezeMember(
  context: Pick<HubContext, 'database'>,
  decision: { node: string; operator: string | null; reason: string },
): Promise<void> {
  if (structuredIdentifiers([{ path: 'reason', text: decision.reason }]).length > 0) {
    throw new AppError({
      code: 'note-identifies',
      status: 400,
      title: 'The reason holds an identifier',
      message: 'Leave out numbers, addresses and names: your words are kept for good',
    });
  }
  await context.database.transaction(async (tx) => {
    if (!(await unfreeze(tx, decision.node))) {
      throw new AppError({
        code: 'not-frozen',
        status: 409,
        title: 'This node is not frozen',
        message: 'Somebody else has decided meanwhile. Nothing was changed now.',
      });
    }
    await audit(tx, {
      person: decision.operator,
      node: decision.node,
      action: 'unfrozen',
      subjectType: 'member',
      subject: decision.node,
      detail: { reason: decision.reason },
    });
  });
}

/** Says in the log, where a person is called by it, which members were not heard lately, are behind or are frozen. */
export async function warnOfMembers(context: Pick<HubContext, 'database' | 'log'>): Promise<void> {
  const members = await membersKeeping(context);
  const silent = members.filter(({ keeping }) => keeping === 'silent').map(({ node }) => node);
  const behind = members.filter(({ keeping }) => keeping === 'behind').map(({ node }) => node);
  const frozen = members.filter(({ keeping }) => keeping === 'frozen').map(({ node }) => node);
  if (frozen.length > 0) context.log.error({ nodes: frozen }, 'frozen nodes wait for a person');
  if (silent.length > 0) context.log.warn({ nodes: silent }, 'nodes have not been heard for a while');
  if (behind.length > 0) context.log.warn({ nodes: behind }, 'nodes have something waiting for a while');
}
