import { AppError, type Database } from '@practice-exchange/platform';
import {
  encodedHeaderOf,
  type KeyRecoveryRequest,
  type LogPlace,
  ProtocolError,
  publicJwkSchema,
  thumbprintOf,
  verifyKeyRecovery,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import { keyIsTaken, replaceRecoveryKey } from '../enrolling/store.ts';
import type { ActiveMember } from '../members/store.ts';
import { holdBack } from './holding-back.ts';
import * as store from './store.ts';

// Before the fingerprint is confirmed a new recovery key is had by enrolling again; after expulsion there is nothing to recover.
const closedToRecovery: ReadonlySet<string> = new Set(['awaiting-fingerprint', 'expelled']);

/**
 * Retires a key of a node, asked under another of its keys. Because a node's log is in order and has no gaps, nothing that the
 * key signed can still be on its way once the newest publication was signed by another. Throws `unknown-key`,
 * `key-not-trusted` or `key-in-use`; nothing changes then. A key that is retired already stays so.
 */
export async function retireKey(
  context: Pick<HubContext, 'database'>,
  member: Pick<ActiveMember, 'node' | 'notTrusted'> & { kid: string },
  kid: string,
): Promise<void> {
  if (member.notTrusted.has(member.kid)) throw new ProtocolError('key-not-trusted');
  await context.database.transaction(async (tx) => {
    await store.lockKeyHolder(tx, member.node);
    const key = await store.findKey(tx, member.node, kid);
    if (!key) throw new ProtocolError('unknown-key');
    if (key.retired_at) return;
    const newest = await store.newestEnvelope(tx, member.node);
    const isNewest = newest?.startsWith(`${encodedHeaderOf(kid, 'px-envelope+jws')}.`) ?? false;
    if (kid === member.kid || isNewest) throw new ProtocolError('key-in-use');
    await store.retire(tx, kid);
    await audit(tx, {
      person: null,
      node: member.node,
      action: 'key-retired',
      subjectType: 'member',
      subject: member.node,
      detail: { kid },
    });
  });
}

/**
 * Changes a node's keys by a document that its recovery key signed: registers the new key, marks the others as not trusted
 * after their places, and puts the next recovery key in place. The same document again changes nothing. Throws
 * `recovery-invalid` or `node-exists` (a key that is registered already); nothing changes then.
 */
export async function recover(context: Context, request: KeyRecoveryRequest): Promise<void> {
  await context.database.transaction(async (tx) => {
    const member = await store.lockKeyHolder(tx, request.node);
    if (!member?.recovery_kid || !member.recovery_jwk || closedToRecovery.has(member.state)) {
      throw new ProtocolError('recovery-invalid');
    }
    if (await store.hasTaken(tx, request.node, request.recovery)) return;
    const signer = publicJwkSchema.parse(member.recovery_jwk);
    const change = verifyKeyRecovery(request.recovery, {
      hub: context.hub.id,
      node: request.node,
      recovery: { kid: member.recovery_kid, key: signer },
    });
    const key = { kid: thumbprintOf(change.key), jwk: change.key };
    const next = { kid: thumbprintOf(change.recovery), jwk: change.recovery };
    if (key.kid === next.kid || (await keyIsTaken(tx, key.kid)) || (await keyIsTaken(tx, next.kid))) {
      throw new ProtocolError('node-exists');
    }
    await store.insertRecoveredKey(tx, request.node, key, { recovery: request.recovery, signer });
    await replaceRecoveryKey(tx, request.node, next);
    await audit(tx, {
      person: null,
      node: request.node,
      action: 'keys-recovered',
      subjectType: 'member',
      subject: request.node,
      detail: { kid: key.kid, signedBy: member.recovery_kid },
    });
    for (const { kid, epoch, seq } of change.notTrusted) {
      if (!(await store.findKey(tx, request.node, kid))) throw new ProtocolError('recovery-invalid');
      await distrust(context, tx, request.node, { kid, after: { epoch, seq }, person: null, reason: 'recovery-key' });
    }
  });
}

/**
 * An operator marks a key as not trusted after a place in the node's log. What it signed after that is quarantined, whether it
 * has come or is still to come. Throws `key-unknown`, or `mark-later` for a place after the one that is marked.
 */
export async function markKeyNotTrusted(
  context: Context,
  mark: { node: string; kid: string; after: LogPlace; operator: string | null; reason: string },
): Promise<void> {
  await context.database.transaction(async (tx) => {
    await store.lockKeyHolder(tx, mark.node);
    if (!(await store.findKey(tx, mark.node, mark.kid))) {
      throw new AppError({
        code: 'key-unknown',
        status: 404,
        title: 'Not found',
        message: 'The node has no such key.',
      });
    }
    const { kid, after, operator: person, reason } = mark;
    if (!(await distrust(context, tx, mark.node, { kid, after, person, reason }))) {
      throw new AppError({
        code: 'mark-later',
        status: 409,
        title: 'Marked already',
        message:
          'The key is marked already at this place or an earlier one. A mark can only be moved to an earlier place.',
      });
    }
  });
}

type Context = Pick<HubContext, 'database' | 'hub' | 'index'>;

/** Marks a key, and every key that it added after the place. Gives false when it was marked there or earlier already. */
async function distrust(
  context: Context,
  tx: Database<HubSchema>,
  node: string,
  mark: { kid: string; after: LogPlace; person: string | null; reason: string },
): Promise<boolean> {
  const { kid, after, person, reason } = mark;
  if (!(await store.markNotTrusted(tx, kid, after))) return false;
  const places = await store.signedAfter(tx, node, kid, after);
  const records = await holdBack(tx, context.hub, node, places);
  // What is hidden is hidden already; this takes it out of the engine's counts, and the next mending puts back what is served again.
  if (records.length > 0) tx.onCommit(() => void context.index.remove(records).catch(() => undefined));
  await audit(tx, {
    person,
    node,
    action: 'key-not-trusted',
    subjectType: 'member',
    subject: node,
    detail: { kid, epoch: after.epoch, seq: after.seq, publications: places.length, reason },
  });
  for (const { kid: child, added } of await store.keysAddedAt(tx, node, places)) {
    await distrust(context, tx, node, { kid: child, after: added, person, reason });
  }
  return true;
}
