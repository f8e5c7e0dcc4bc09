import { type CompactJws, type MembershipResponse, ProtocolError, publicJwkSchema } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import { conformanceOf } from '../conformance/conformance.ts';
import { findMemberDetail, listMemberKeys } from '../members/store.ts';

/** What the hub has registered of a node, for the node itself. */
export async function describeMembership(
  context: Pick<HubContext, 'database'>,
  node: string,
): Promise<MembershipResponse> {
  const [member, keys, conformance] = await Promise.all([
    findMemberDetail(context.database, node),
    listMemberKeys(context.database, node),
    conformanceOf(context, node),
  ]);
  if (!member) throw new ProtocolError('token-unknown-issuer');
  return {
    node,
    authority: member.authority,
    state: member.state,
    mayPublish: member.may_publish,
    isServed: member.is_served,
    next: { epoch: member.epoch, seq: member.last_seq + 1, prev: member.last_hash },
    keys: keys.map((key) => ({
      kid: key.kid,
      from: key.added_at.toISOString(),
      retired: key.retired_at?.toISOString() ?? null,
      notTrustedAfter:
        key.not_trusted_after_epoch === null || key.not_trusted_after_seq === null
          ? null
          : { epoch: key.not_trusted_after_epoch, seq: key.not_trusted_after_seq },
    })),
    recovery: member.recovery_kid,
    recoveries: keys.flatMap(({ recovery, recovery_signer: signer }) =>
      recovery === null ? [] : [{ signer: publicJwkSchema.parse(signer), recovery: recovery as CompactJws }],
    ),
    conformance,
  };
}
