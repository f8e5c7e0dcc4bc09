import { advisoryLock, type Database } from '@practice-exchange/platform';
import {
  assertFollows,
  type CaseloadReturn,
  type ChainPlace,
  type CompactJws,
  decodeBase64url,
  type Holdings,
  type HubClient,
  hashOf,
  headAfter,
  openPublication,
  type PracticeStatement,
  type PublicationIntent,
  type PublicationItem,
  type PublicJwk,
  parseCanonical,
  thumbprintOf,
  verifyEnvelope,
  type WithdrawalNotice,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { audit } from '../audit/store.ts';
import type { Membership } from '../identity/membership.ts';
import { insertLostKeys } from '../identity/store.ts';
import { learnRecoveries } from '../keys/recovered-elsewhere.ts';
import { append } from '../publishing/append.ts';
import { findDocument, saveDocument } from '../publishing/document-store.ts';
import { newestRevision } from '../publishing/store.ts';
import { audienceGiven, insertNarrowing } from '../withdrawing/narrowing-store.ts';
import {
  alignAudience,
  alignReview,
  insertRecovered,
  keepTakenAhead,
  lastDelivered,
  type Recovered,
  type SetAside,
  setAsideAfter,
  type TakenAhead,
} from './recovery-store.ts';
import * as store from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'keys' | 'log'>;
/**
 * The hub holds more of this node's log than the node does: the node was restored from a backup. Nothing may be written on
 * places that are taken, so:
 *
 * 1. What the hub holds is fetched, verified with the node's own keys and in its order, and taken back into the log. A key that
 *    the node has lost too is trusted by the `rotate-key` among it, which one of its own has signed, or by the change that the
 *    recovery key has signed.
 * 2. What was written here since the restore, for places that were taken, is set aside; it never left the node. Withdrawals,
 *    statements and returns among it are written again, and a learning record is approved still and can be published again.
 *    Narrower audiences that the hub took ahead of places that are lost are written again, so that they hold in the log too.
 * 3. Case reviews say what the hub holds of them; the statement and the returns go on under the records that they have there.
 * 4. The log goes on in the next epoch. What is published from now on waits in it until a person at the hub approves.
 *
 * All of it but the fetching is one transaction. Throws what `verifyEnvelope` throws when the hub holds something that this
 * node has not signed; nothing changes then, and nothing is sent.
 */
export async function resumeAfterRestore(
  context: Context,
  hub: HubClient,
  membership: Membership,
  next: ChainPlace,
): Promise<void> {
  const { node } = membership;
  const standing = await hub.membership();
  await context.database.transaction((tx) => learnRecoveries(tx, membership, standing));
  const firstEpoch = Math.min(membership.epoch, next.epoch);
  const common = await lastCommon(context, hub, firstEpoch);
  const { recovered, ahead, lostKeys } = await fetchAfter(context, hub, node, { epoch: firstEpoch, seq: common }, next);
  await context.database.transaction(async (tx) => {
    await advisoryLock(tx, 'publication-log');
    if ((await store.currentEpoch(tx)) !== membership.epoch) return;
    const aside = await setAsideAfter(tx, firstEpoch, common);
    const epoch = Math.max(next.epoch, membership.epoch) + 1;
    await store.setEpoch(tx, epoch);
    await insertRecovered(tx, recovered);
    await insertLostKeys(tx, lostKeys);
    await keepTakenAhead(tx, ahead);
    for (const publication of recovered) {
      const { envelope, body } = publication;
      const document = body && documentIn(envelope.op, body);
      if (document && envelope.record !== null) await saveDocument(tx, document.kind, document.name, envelope.record);
    }
    const records = recordsOf([...recovered.map(({ envelope }) => envelope), ...aside, ...ahead]);
    const holdings = await store.holdingsUpTo(tx, epoch - 1);
    const unsent = recordsOf(aside.filter(({ op }) => op === 'publish' || op === 'revise'));
    for (const record of records) await alignReview(tx, record, holdings.get(record) ?? null, unsent.has(record));
    for (const publication of aside) {
      const document = publication.body && documentIn(publication.op, publication.body);
      const record = (document && (await findDocument(tx, document.kind, document.name))) || publication.record;
      const held = record === null ? undefined : holdings.get(record);
      const intent = await intentAgain(tx, { ...publication, record }, held?.state);
      if (intent) await append(tx, context, node, intent, null);
    }
    await narrowAgain(tx, context, node, ahead, holdings);
    await store.keepEpochRequest(tx, null);
    await audit(tx, {
      person: null,
      action: 'epoch-begun',
      subjectType: 'membership',
      subject: node,
      detail: { epoch, recovered: recovered.length, setAside: aside.length },
    });
  });
  context.log.error(
    { code: 'restored-from-backup' },
    'the hub held more of the log than this node: a person must approve',
  );
}

/** Up to where the node's log of an epoch and the hub's copy are the same. */
async function lastCommon({ database }: Context, hub: HubClient, epoch: number): Promise<number> {
  const delivered = await lastDelivered(database, epoch);
  const [atDelivered] = delivered > 0 ? (await hub.log(epoch, delivered - 1)).items : [];
  const isCommon = atDelivered && hashOfItem(atDelivered) === (await store.hashAt(database, epoch, delivered));
  // Without that, the whole epoch is compared from its start.
  let common = isCommon ? delivered : 0;
  for (;;) {
    const { items } = await hub.log(epoch, common);
    for (const item of items) {
      if (hashOfItem(item) !== (await store.hashAt(database, epoch, common + 1))) return common;
      common += 1;
    }
    if (items.length === 0) return common;
  }
}

async function fetchAfter(
  { database }: Context,
  hub: HubClient,
  node: string,
  from: { epoch: number; seq: number },
  next: ChainPlace,
): Promise<{
  recovered: Recovered[];
  ahead: TakenAhead[];
  lostKeys: Map<string, PublicJwk>;
}> {
  const keys = await store.ownKeys(database);
  const lostKeys = new Map<string, PublicJwk>();
  const lookup = (kid: string): PublicJwk | undefined => keys.get(kid) ?? lostKeys.get(kid);
  const recovered: Recovered[] = [];
  const ahead = new Map<string, TakenAhead>();
  for (let { epoch, seq } = from; epoch <= next.epoch; epoch += 1, seq = 0) {
    let head = { node, ...(await headAt(database, node, epoch, seq)) };
    for (;;) {
      const { items, ahead: early } = await hub.log(epoch, head.seq);
      for (const jws of early) {
        const { record, op } = verifyEnvelope(jws, lookup).envelope;
        if (op === 'withdraw' || op === 'rescope') ahead.set(jws, { record, op, envelope: jws });
      }
      if (items.length === 0) break;
      for (const item of items) {
        const verified = verifyEnvelope(item.envelope, lookup);
        assertFollows(head, verified.envelope);
        head = headAfter(verified);
        const opened = verified.envelope.op === 'rotate-key' ? openPublication(item, lookup, { node }) : null;
        if (opened?.status === 'opened' && opened.op === 'rotate-key') {
          const kid = thumbprintOf(opened.body.key);
          if (!keys.has(kid)) lostKeys.set(kid, opened.body.key);
        }
        recovered.push({
          envelope: verified.envelope,
          hash: verified.hash,
          jws: item.envelope,
          body: item.body === undefined ? null : decodeBase64url(item.body, 'body-malformed'),
          salt: item.salt === undefined ? null : decodeBase64url(item.salt, 'body-malformed'),
        });
      }
    }
  }
  return { recovered, ahead: [...ahead.values()], lostKeys };
}

/** Writes the newest narrower audience of each record again that the hub took ahead of a place that is lost. */
async function narrowAgain(
  tx: Database<NodeSchema>,
  context: Context,
  node: string,
  ahead: readonly TakenAhead[],
  holdings: Holdings,
): Promise<void> {
  const newest = new Map(ahead.filter(({ op }) => op === 'rescope').map((taken) => [taken.record, taken]));
  for (const { record, envelope } of newest.values()) {
    if (holdings.get(record)?.state !== 'shared' || (await store.isWithdrawnIn(tx, record))) continue;
    const audience = audienceGiven(envelope);
    const revision = (await newestRevision(tx, record)) + 1;
    const { hash } = await append(tx, context, node, { op: 'rescope', record, revision, audience }, null);
    await insertNarrowing(tx, hash, null);
    await alignAudience(tx, record, audience);
  }
}

async function headAt(db: Database<NodeSchema>, node: string, epoch: number, seq: number): Promise<store.Head> {
  const hash = seq === 0 ? undefined : await store.hashAt(db, epoch, seq);
  return hash === undefined ? store.startOf(node, epoch) : { epoch, seq, hash };
}

function hashOfItem(item: PublicationItem): string {
  return hashOf(item.envelope as CompactJws);
}

function recordsOf(rows: readonly { record: string | null }[]): Set<string> {
  return new Set(rows.flatMap(({ record }) => (record === null ? [] : [record])));
}

/** Which document a publication is an edition of: the statement, or the return of a quarter. */
function documentIn(op: string, body: Uint8Array): { kind: 'statement' | 'return'; name: string } | null {
  if (op === 'statement') return { kind: op, name: op };
  if (op === 'return') return { kind: op, name: (parseCanonical(body) as unknown as CaseloadReturn).quarter };
  return null;
}

/** What is written again of something set aside: never a learning record's text, which a person publishes again. */
async function intentAgain(
  tx: Database<NodeSchema>,
  { op, record, body, envelope }: SetAside,
  held: 'shared' | 'withdrawn' | undefined,
): Promise<PublicationIntent | null> {
  if (record === null || held === 'withdrawn') return null;
  const revision = (await newestRevision(tx, record)) + 1;
  if (op === 'withdraw') {
    const { notice } = store.envelopeIn(envelope) as { notice?: WithdrawalNotice };
    return held === 'shared' ? { op, record, revision, ...(notice ? { notice } : {}) } : null;
  }
  if (body === null) return null;
  const content = parseCanonical(body) as unknown;
  if (op === 'return') return { op, record, revision, body: content as CaseloadReturn };
  const { audience } = store.envelopeIn(envelope);
  if (op === 'statement' && audience) return { op, record, revision, audience, body: content as PracticeStatement };
  return null;
}
