import type { Database } from '@practice-exchange/platform';
import {
  type CompactJws,
  isAfter,
  isSynthetic,
  ProtocolError,
  type VerifiedEnvelope,
  verifyEnvelope,
  type WithdrawalStanding,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { reasonAgainst, reasonAgainstAhead } from '../ingest/decide.ts';
import {
  addIndexTasks,
  authorityIds,
  knownRecords,
  lockMember,
  recordOwners,
  recordsNow,
  saveRecords,
  untrustedKeys,
} from '../ingest/store.ts';
import type { ActiveMember } from '../members/store.ts';
import { endWaiting } from '../quarantine/holding.ts';
import { issueReceipts } from '../receipts/issue-receipts.ts';
import { hideRecord } from './hiding.ts';
import { narrowAhead } from './narrowing.ts';
import { newestNarrowing } from './narrowing-store.ts';
import { copiesOf, findWithdrawal } from './store.ts';

type Context = Pick<HubContext, 'database' | 'hub' | 'jobs'>;

/**
 * Takes a withdrawal, or a narrower audience, ahead of everything that waits before it in its node's log: the record is hidden
 * by the commit, from everybody or from those whom the audience excludes. A withdrawal is answered with the receipt that its
 * place will be answered with again when the log has come to it; an audience is decided there. The chain itself stays
 * as it is. Sending it again changes nothing. Throws the protocol's codes for an envelope that is not fit, `not-found` for
 * a record of somebody else's and for a place that the log has passed, `may-not-publish` when its key is not trusted at that
 * place: it then waits for its turn.
 */
export async function withdrawAhead(
  context: Context,
  member: Pick<ActiveMember, 'node' | 'keys'>,
  jws: string,
): Promise<WithdrawalStanding> {
  const verified = verifyEnvelope(jws, (kid) => member.keys.get(kid));
  if (verified.envelope.node !== member.node) throw new ProtocolError('wrong-node');
  const hidden = await context.database.transaction((tx) => takeAhead(tx, context.hub, verified));
  if (hidden) await context.jobs.wake('update-index');
  return standingOf(context, member.node, verified.envelope.record ?? '');
}

/** Where the withdrawal of a record stands, or else its newest narrower audience, for its owner's node. Throws `not-found`. */
export async function standingOf(
  context: Pick<HubContext, 'database'>,
  node: string,
  record: string,
): Promise<WithdrawalStanding> {
  const { database } = context;
  const withdrawal = await findWithdrawal(database, record);
  const taken = withdrawal?.node === node ? withdrawal : await newestNarrowing(database, node, record);
  if (!taken) throw new ProtocolError('not-found');
  const why = taken === withdrawal ? 'withdrawn' : 'narrowed';
  return {
    record,
    why,
    envelope: taken.hash,
    hiddenAt: taken.hidden_at.toISOString(),
    purgedAt: taken.purged_at?.toISOString() ?? null,
    certificate: taken.certificate as CompactJws | null,
    copies: await copiesOf(database, record, why === 'narrowed' ? taken.hidden_at : undefined),
  };
}

/** Gives whether anything was hidden now. */
async function takeAhead(
  tx: Database<HubSchema>,
  hub: HubContext['hub'],
  verified: VerifiedEnvelope,
): Promise<boolean> {
  const { envelope, hash, kid, jws } = verified;
  const { node, epoch, seq, op, record, revision } = envelope;
  if (op !== 'withdraw' && op !== 'rescope') {
    throw new ProtocolError('envelope-invalid', 'only a withdrawal or an audience goes ahead');
  }
  const member = await lockMember(tx, node);
  if (!member) throw new ProtocolError('token-unknown-issuer');
  if (member.state === 'awaiting-fingerprint') throw new ProtocolError('may-not-publish');
  // Whatever has to be looked at first, be it a freeze or an epoch that nobody has approved yet: what is only hidden harms nobody.
  if (epoch !== member.head.epoch && epoch !== member.head.epoch + 1) throw new ProtocolError('epoch-not-approved');
  const before = (await knownRecords(tx, [record])).get(record);
  if (before?.node === node && before.state === 'withdrawn') return false;
  // The log has passed its place: what came of it there is the answer.
  if (!isAfter(envelope, member.head)) return false;
  if (member.state === 'conformance' && !isSynthetic(envelope)) throw new ProtocolError('not-live');
  if (isAfter(envelope, (await untrustedKeys(tx, node)).get(kid))) {
    throw new ProtocolError('may-not-publish', 'the key is not trusted at this place');
  }
  const owners = await recordOwners(tx, [record]);
  const reason =
    op === 'withdraw'
      ? reasonAgainst({ envelope }, before, { authorities: new Set(), owners })
      : reasonAgainstAhead(envelope, before, { authorities: await authorityIds(tx), owners });
  if (reason === 'not-owner') throw new ProtocolError('not-found');
  if (reason !== null) throw new ProtocolError('envelope-invalid', reason);
  if (op === 'rescope') return narrowAhead(tx, verified);
  const was = (await recordsNow(tx, [record])).get(record);
  await saveRecords(tx, [
    {
      id: record,
      node,
      kind: was?.kind ?? 'learning',
      revision,
      audience: was?.audience ?? null,
      state: 'withdrawn',
      synthetic: isSynthetic(envelope),
    },
  ]);
  const { authority: owner } = member;
  const { notice = null } = envelope;
  await hideRecord(tx, { node, epoch, seq, record, revision, hash, notice, owner, was, ahead: jws });
  await addIndexTasks(tx, [{ node, epoch, seq, record, task: 'remove', canary: null }]);
  await issueReceipts(tx, hub, node, [
    { node, epoch, seq, op, record, revision, hash, state: 'withdrawn', reason: null },
  ]);
  if (before?.waits) await endWaiting(tx, hub, envelope);
  return true;
}
