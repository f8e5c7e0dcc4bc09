import { createHash } from 'node:crypto';
import { AppError } from '@practice-exchange/platform';
import {
  type EnrolmentResponse,
  fingerprintOf,
  HubClient,
  HubProblem,
  wellKnownSchema,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { readMembership } from '../identity/membership.ts';
import { insertMembership } from '../identity/store.ts';

type Context = Pick<NodeContext, 'config' | 'database' | 'key'>;

/**
 * Joins the network with an invitation: reads what the hub says about itself, enrols this node's key for its authority and
 * records the membership. Joining again with the same membership changes nothing. Gives the fingerprint to be read out to
 * the operator. Throws an `AppError` with what the hub said.
 */
export async function join(
  context: Context,
  invitation: string,
): Promise<{ fingerprint: string; state: EnrolmentResponse['state'] | 'joined-before' }> {
  const fingerprint = fingerprintOf(context.key.publicJwk);
  if (await readMembership(context.database)) return { fingerprint, state: 'joined-before' };
  const { config, database, key } = context;
  // The same id for the same key: a join that was broken off is repeated, not begun anew.
  const node = nodeIdOf(key.kid);
  try {
    const hub = wellKnownSchema.parse(
      await (await fetch(new URL('/.well-known/practice-exchange', config.hubUrl))).json(),
    );
    const client = new HubClient({ hubUrl: config.hubUrl, hubId: hub.hub, node, key });
    const enrolled = await client.enrol(invitation, config.authority);
    await database.transaction(async (tx) => {
      await insertMembership(tx, {
        node,
        authority: enrolled.authority,
        hubId: hub.hub,
        hubUrl: config.hubUrl,
        hubKeys: hub.keys.map(({ kid, key: jwk }) => ({ kid, key: jwk })),
        epoch: 1,
      });
      await audit(tx, { person: null, action: 'joined', subjectType: 'membership', subject: node });
    });
    return { fingerprint, state: enrolled.state };
  } catch (cause) {
    if (!(cause instanceof HubProblem)) throw cause;
    throw new AppError({
      code: `joining-${cause.code}`,
      status: 502,
      title: 'The node could not join',
      message: cause.problem?.detail ?? `The hub at ${config.hubUrl} could not be reached.`,
      cause,
    });
  }
}

/** The node's id follows from its first key, so that joining again after a lost answer asks for the same thing. */
function nodeIdOf(kid: string): string {
  const hex = createHash('sha256').update(`px-node\n${kid}`).digest('hex');
  // UUID version 8 (RFC 9562, section 5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
