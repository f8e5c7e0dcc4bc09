import { AppError, advisoryLock, type Database } from '@practice-exchange/platform';
import { HubClient, HubProblem, isAfter, publicJwkSchema, recoverKey } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { audit } from '../audit/store.ts';
import { type Membership, readMembership } from '../identity/membership.ts';
import { insertKey, listKeys, moveKey, saveRecoveryKey, saveStanding } from '../identity/store.ts';
import { newRecoveryPhrase, recoveryKeyOf } from '../joining/recovery-phrase.ts';
import { append } from '../publishing/append.ts';
import { learnRecoveries } from './recovered-elsewhere.ts';
import { newestReceiptAt, placesOfLog } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'jobs' | 'keys' | 'log'>;

/**
 * Begins a change of the signing key: makes the next key and publishes `rotate-key`, which the present key signs. The next key
 * signs once the hub has accepted it. Throws `keys-changing` while another change is on its way, `keys-not-live` unless the node
 * is live; nothing changes then.
 */
export async function changeKey(context: Context, { person }: { person: string | null }): Promise<void> {
  await context.database.transaction(async (tx) => {
    const membership = await liveMembership(tx);
    const made = context.keys.make();
    const sealed = await append(tx, context, membership.node, { op: 'rotate-key', newKey: made.key }, null);
    const { epoch, seq } = sealed.envelope;
    await insertKey(tx, { ...made, state: 'next', added: { epoch, seq } });
    await audit(tx, { person, action: 'key-change-begun', subjectType: 'key', subject: made.kid });
    tx.onCommit(() => void context.jobs.wake('deliver'));
  });
}

/** Finishes what waits for the hub's word: a next key that was accepted signs from here on, one that was rejected is destroyed. */
export async function settleKeys(context: Context): Promise<void> {
  const next = (await listKeys(context.database)).find(({ state }) => state === 'next');
  if (next?.added_epoch == null || next.added_seq == null) return;
  const receipt = await newestReceiptAt(context.database, { epoch: next.added_epoch, seq: next.added_seq });
  if (receipt?.state !== 'accepted' && receipt?.state !== 'rejected') return;
  const accepted = receipt.state === 'accepted';
  await context.database.transaction(async (tx) => {
    await advisoryLock(tx, 'publication-log');
    const keys = await listKeys(tx);
    if (keys.find(({ kid }) => kid === next.kid)?.state !== 'next') return;
    const current = keys.find(({ state }) => state === 'current');
    if (!accepted) {
      await moveKey(tx, next.kid, 'retired');
    } else {
      if (current) await moveKey(tx, current.kid, 'older');
      await moveKey(tx, next.kid, 'current');
      // The first that the new key signs. From then on nothing under the older one can still be on its way.
      const membership = await readMembership(tx);
      if (membership) await append(tx, context, membership.node, { op: 'heartbeat' }, null);
    }
    const action = accepted ? 'key-changed' : 'key-change-rejected';
    await audit(tx, { person: null, action, subjectType: 'key', subject: next.kid });
    tx.onCommit(() => void context.jobs.wake('deliver'));
  });
}

/**
 * Retires an older or a lost key: the hub takes nothing more that it signs, and its private part, if it is here, is destroyed. Throws `key-in-use`
 * while something that it signed may still be on its way, `key-not-older` for any other key, and what the hub refused.
 */
export async function retireKey(
  context: Context,
  { kid, person }: { kid: string; person: string | null },
): Promise<void> {
  const key = (await listKeys(context.database)).find((candidate) => candidate.kid === kid);
  if (key?.state !== 'older' && key?.state !== 'lost') {
    throw refused('key-not-older', 'Only an older key can be retired.');
  }
  const hub = await context.network.hub();
  await hub.retireKey(kid).catch((cause: unknown) => {
    if (!(cause instanceof HubProblem)) throw cause;
    const inUse = 'The hub still waits for what this key signed. Try again when everything has been delivered.';
    throw refused('key-in-use', cause.code === 'key-in-use' ? inUse : wordsOf(cause), cause);
  });
  await context.database.transaction(async (tx) => {
    await moveKey(tx, kid, 'retired');
    await audit(tx, { person, action: 'key-retired', subjectType: 'key', subject: kid });
  });
}

/**
 * Prepares a change of keys by the recovery key: reads its words, makes a new signing key and the next recovery key, and has the
 * recovery key sign the change, which marks every other key as not trusted after a place in the log. Gives the words of the next
 * recovery key, to be kept before `sendRecovery`. Throws `recovery-phrase-wrong` or `keys-not-joined`; nothing changes then.
 */
export async function prepareRecovery(
  context: Pick<Context, 'database' | 'keys'>,
  recovery: { phrase: string; lastTrusted: number; person: string | null },
): Promise<string> {
  const signer = recoveryKeyOf(recovery.phrase);
  const nextPhrase = newRecoveryPhrase();
  const nextRecovery = recoveryKeyOf(nextPhrase);
  return context.database.transaction(async (tx) => {
    const membership = await readMembership(tx);
    if (!membership) throw refused('keys-not-joined', 'This node has not joined the network yet.');
    // A hub that does not know the key here tells nothing of a recovery that this database is too old to know of; it judges the words.
    const mayBeNewer = membership.problem === 'token-unknown-issuer';
    if (!signer || !nextRecovery || (signer.kid !== membership.recoveryKid && !mayBeNewer)) {
      throw refused(
        'recovery-phrase-wrong',
        'These are not the twelve words of this node’s recovery key. Check the spelling and the order.',
      );
    }
    const keys = (await listKeys(tx)).filter(({ state }) => state !== 'retired');
    const pending = keys.find(({ state }) => state === 'next');
    if (pending) await moveKey(tx, pending.kid, 'retired');
    const made = context.keys.make();
    const epoch = Math.max(membership.epoch, membership.atHub?.epoch ?? 0);
    const place = { epoch, seq: recovery.lastTrusted };
    const document = recoverKey(
      {
        hub: membership.hub.id,
        node: membership.node,
        newKey: made.key,
        notTrusted: keys.filter(({ state }) => state !== 'next').map(({ kid }) => ({ kid, ...place })),
        nextRecovery: nextRecovery.publicJwk,
      },
      signer,
    );
    await insertKey(tx, { ...made, state: 'next', recovery: `${document}\n${nextRecovery.kid}` });
    await audit(tx, {
      person: recovery.person,
      action: 'recovery-prepared',
      subjectType: 'key',
      subject: made.kid,
      detail: { lastTrusted: recovery.lastTrusted },
    });
    return nextPhrase;
  });
}

/**
 * Sends the change that `prepareRecovery` made. Once the hub has taken it the new key signs and the others are destroyed.
 * Sending it again after a lost answer is safe. Throws `recovery-not-prepared`, or what the hub refused.
 */
export async function sendRecovery(context: Context, { person }: { person: string | null }): Promise<void> {
  const { database, keys } = context;
  const next = (await listKeys(database)).find(({ state, recovery }) => state === 'next' && recovery !== null);
  const membership = await readMembership(database);
  const [document, recoveryKid] = next?.recovery?.split('\n') ?? [];
  if (!next?.sealed_private_jwk || !membership || !document || !recoveryKid) {
    throw refused('recovery-not-prepared', 'Enter the words of the recovery key first.');
  }
  const { node, hub } = membership;
  const key = keys.open(next.kid, next.sealed_private_jwk);
  const client = new HubClient({ hubUrl: hub.url, hubId: hub.id, node, key });
  const standing = await client.recoverKey(document).catch((cause: unknown) => {
    if (!(cause instanceof HubProblem)) throw cause;
    throw refused('recovery-refused', wordsOf(cause), cause);
  });
  await database.transaction(async (tx) => {
    await advisoryLock(tx, 'publication-log');
    await saveStanding(tx, standing);
    for (const other of await listKeys(tx)) {
      if (other.kid !== next.kid && other.state !== 'retired') await moveKey(tx, other.kid, 'retired');
    }
    await moveKey(tx, next.kid, 'current');
    await learnRecoveries(tx, membership, standing);
    await saveRecoveryKey(tx, recoveryKid);
    await audit(tx, { person, action: 'keys-recovered', subjectType: 'key', subject: next.kid });
    tx.onCommit(() => void context.jobs.wake('deliver'));
  });
}

/** The keys of this node as its administrator sees them, newest first, and how far the log has come, here and at the hub. */
export async function describeKeys({ database }: Pick<Context, 'database'>) {
  const [keys, log, membership] = await Promise.all([
    listKeys(database),
    placesOfLog(database),
    readMembership(database),
  ]);
  const atHub = membership?.atHub ?? null;
  const isAhead = atHub !== null && isAfter(atHub, log.newest ?? { epoch: 0, seq: 0 });
  return {
    keys: keys.map((key) => ({
      kid: key.kid,
      publicJwk: publicJwkSchema.parse(key.public_jwk),
      state: key.state,
      createdAt: key.created_at,
      changedAt: key.changed_at,
      isRecovery: key.recovery !== null,
    })),
    places: { ...log, atHub, last: isAhead ? atHub : log.newest, isAhead },
  };
}

async function liveMembership(tx: Database<NodeSchema>): Promise<Membership> {
  const membership = await readMembership(tx);
  if (membership?.state !== 'live') {
    throw refused('keys-not-live', 'The signing key can be changed once the node is live.');
  }
  const keys = await listKeys(tx);
  if (keys.some(({ state }) => state === 'next')) {
    throw refused('keys-changing', 'A change of the signing key is on its way already.');
  }
  return membership;
}

function wordsOf(problem: HubProblem): string {
  if (problem.code === 'unreachable') return 'The hub did not answer. It is safe to try again.';
  return `The hub refused: ${problem.problem?.detail ?? problem.code}`;
}

function refused(code: string, message: string, cause?: unknown): AppError {
  return new AppError({ code, status: 409, title: 'This cannot be done now', message, cause });
}
