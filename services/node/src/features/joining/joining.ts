import { createHash } from 'node:crypto';
import { AppError, type Database } from '@practice-exchange/platform';
import {
  type EnrolmentResponse,
  fingerprintOf,
  HubClient,
  HubProblem,
  readWellKnown,
  type WellKnown,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { audit } from '../audit/store.ts';
import { readMembership } from '../identity/membership.ts';
import {
  currentKey,
  deleteMembership,
  insertKey,
  insertMembership,
  moveKey,
  saveRecoveryKey,
} from '../identity/store.ts';
import { newRecoveryPhrase, recoveryKeyOf } from './recovery-phrase.ts';
import { hasPublished } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'keys'> & { config: Pick<NodeContext['config'], 'authority'> };

/** What joining gives: the fingerprint to be read out, and once, never again, the words of the recovery key. */
export type Joined = {
  fingerprint: string;
  state: EnrolmentResponse['state'] | 'joined-before';
  recoveryPhrase: string | null;
};

/**
 * Joins the network with an invitation: reads what the hub says about itself, makes the recovery key, enrols this node's key
 * for its authority and records the membership. Joining again with the same membership changes nothing. Throws an `AppError`
 * whose code is `joining-` and the hub's code, with a sentence for the administrator; nothing changes then.
 */
export async function join(
  context: Context,
  { hubUrl, invitation, person = null }: { hubUrl: string; invitation: string; person?: string | null },
): Promise<Joined> {
  const { config, database } = context;
  const key = await context.keys.current();
  const fingerprint = fingerprintOf(key.publicJwk);
  if (await readMembership(database)) return { fingerprint, state: 'joined-before', recoveryPhrase: null };
  // The same id for the same key: a join that was broken off is repeated, not begun anew.
  const node = nodeIdOf(key.kid);
  const recovery = makeRecovery();
  const hub = await readHub(hubUrl);
  const client = new HubClient({ hubUrl, hubId: hub.hub, node, key });
  const enrolled = await client.enrol(invitation, config.authority, recovery.key.publicJwk).catch(refuse);
  await database.transaction(async (tx) => {
    await insertMembership(tx, {
      node,
      authority: enrolled.authority,
      hubId: hub.hub,
      hubName: hub.name,
      hubUrl: new URL(hubUrl).origin,
      hubKeys: hub.keys.map(({ kid, key: jwk }) => ({ kid, key: jwk })),
      epoch: 1,
      state: enrolled.state,
      recoveryKid: recovery.key.kid,
    });
    await audit(tx, { person, action: 'joined', subjectType: 'membership', subject: node });
  });
  return { fingerprint, state: enrolled.state, recoveryPhrase: recovery.phrase };
}

/**
 * Makes another recovery key, with the invitation again, as long as the fingerprint is not confirmed: for whoever did not keep
 * the words. Gives the new words. Throws like `join`.
 */
export async function renewRecoveryPhrase(
  context: Context,
  { invitation, person }: { invitation: string; person: string | null },
): Promise<string> {
  const membership = await readMembership(context.database);
  if (!membership) throw joiningRefused('not-joined', 'This node has not joined yet.');
  const recovery = makeRecovery();
  const key = await context.keys.current();
  const { node, hub } = membership;
  const client = new HubClient({ hubUrl: hub.url, hubId: hub.id, node, key });
  await client.enrol(invitation, context.config.authority, recovery.key.publicJwk).catch(refuse);
  await context.database.transaction(async (tx) => {
    await saveRecoveryKey(tx, recovery.key.kid);
    await audit(tx, { person, action: 'recovery-key-renewed', subjectType: 'membership', subject: node });
  });
  return recovery.phrase;
}

/**
 * Forgets a membership that came to nothing, so that the node can begin anew with another invitation, under a new key and id.
 * Throws `joining-has-begun` once the node was live or has published anything.
 */
export async function startOver(context: Context, { person }: { person: string | null }): Promise<void> {
  await context.database.transaction(async (tx: Database<NodeSchema>) => {
    const membership = await readMembership(tx);
    if (!membership) return;
    if (membership.liveAt || (await hasPublished(tx))) {
      throw joiningRefused('has-begun', 'This node has taken part in the network, so it cannot begin anew.');
    }
    await deleteMembership(tx);
    const current = await currentKey(tx);
    if (current) await moveKey(tx, current.kid, 'retired');
    await insertKey(tx, { ...context.keys.make(), state: 'current' });
    await audit(tx, { person, action: 'joining-abandoned', subjectType: 'membership', subject: membership.node });
  });
}

function makeRecovery() {
  const phrase = newRecoveryPhrase();
  const key = recoveryKeyOf(phrase);
  if (!key) throw new Error('a new phrase is a phrase');
  return { phrase, key };
}

async function readHub(hubUrl: string): Promise<WellKnown> {
  try {
    return await readWellKnown(hubUrl);
  } catch (cause) {
    throw joiningRefused(
      'unreachable',
      'No hub answers at this address. Check it with the network operator, and that this server may reach it.',
      cause,
    );
  }
}

const sentences: Readonly<Record<string, string>> = {
  unreachable: 'The hub did not answer. Nothing has been sent twice: try again in a moment.',
  'invitation-unknown': 'The hub does not know this invitation code. Check it letter by letter: capitals matter.',
  'invitation-used': 'This invitation has been used. Ask the network operator for a new one.',
  'invitation-expired': 'This invitation has expired or was taken back. Ask the network operator for a new one.',
  'node-exists': 'The hub has a node of this authority already. Ring the network operator.',
  'too-many-requests': 'Too many attempts in a short time. Wait a minute and try again.',
};

function refuse(cause: unknown): never {
  if (!(cause instanceof HubProblem)) throw cause;
  const sentence = sentences[cause.code] ?? `The hub refused: ${cause.problem?.detail ?? cause.code}`;
  throw joiningRefused(cause.code, sentence, cause);
}

function joiningRefused(code: string, message: string, cause?: unknown): AppError {
  return new AppError({ code: `joining-${code}`, status: 409, title: 'The node could not join', message, cause });
}

/** The node's id follows from its first key, so that joining again after a lost answer asks for the same thing. */
function nodeIdOf(kid: string): string {
  const hex = createHash('sha256').update(`px-node\n${kid}`).digest('hex');
  // UUID version 8 (RFC 9562, section 5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
