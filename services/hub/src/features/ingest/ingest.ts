import type { Database } from '@practice-exchange/platform';
import {
  type ChainPlace,
  isAfter,
  isSynthetic,
  type OpenedPublication,
  openPublication,
  type ProblemDetails,
  ProtocolError,
  type ProtocolErrorCode,
  type PublicationItem,
  type PublicationsResponse,
  problemFor,
  type ReceiptFinding,
  type RejectedPublication,
  receiptFindingsAtMost,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { ActiveMember } from '../members/store.ts';
import { endWaiting, hold } from '../quarantine/holding.ts';
import { type Answer, type Answered, issueReceipts } from '../receipts/issue-receipts.ts';
import { letNarrowingsGo } from '../withdrawing/narrowing.ts';
import { withdrawnAhead } from '../withdrawing/store.ts';
import { type Decision, decideBatch, type Suspicion } from './decide.ts';
import { project, type Step } from './project.ts';
import { suspectIdentifiers } from './second-guard.ts';
import * as store from './store.ts';

/** A batch that stopped before anything of it was stored. Carries what belongs in the problem document. */
export class IngestRefused extends ProtocolError {
  readonly details: ProblemDetails;

  constructor(code: ProtocolErrorCode, details: ProblemDetails) {
    super(code, details.detail);
    this.details = details;
  }
}

type Fit = OpenedPublication | RejectedPublication;

/**
 * Takes a batch of one node's publications, in the order of its log.
 *
 * Each item goes through the same phases: the checks that need no memory (signature, form, commitment, body); whether the
 * place is taken, by the same bytes (the same receipt again) or by others (equivocation: the node is frozen); whether it
 * follows the chain; whether a person must look at it first; what it does. Everything that the batch changes is one transaction, receipts included, so a crash
 * leaves either all of it or nothing, and sending it again is safe. The first item that is refused ends the batch.
 *
 * Throws `IngestRefused` when the first item is refused.
 */
export async function ingest(
  context: Pick<HubContext, 'database' | 'hub' | 'jobs' | 'log'>,
  member: Pick<ActiveMember, 'node' | 'keys'>,
  items: readonly PublicationItem[],
): Promise<PublicationsResponse> {
  const { node, keys } = member;
  const opened = items.map((item) => openPublication(item, (kid) => keys.get(kid), { node }));
  const firstRefused = opened.findIndex((publication) => publication.status === 'refused');
  const fit = (firstRefused === -1 ? opened : opened.slice(0, firstRefused)) as Fit[];

  // The texts are read before the transaction, so that nobody waits for it meanwhile.
  const suspicions = new Map(
    fit.flatMap((item) => {
      const suspicion = item.status === 'opened' ? suspectIdentifiers(item, context.log) : null;
      return suspicion ? [[item.hash, suspicion] as const] : [];
    }),
  );
  const outcome = await context.database.transaction((tx) => ingestInOrder(tx, context.hub, node, fit, suspicions));
  if (outcome.changed) await context.jobs.wake('update-index');

  const refusal = outcome.stopped ?? refusalOf(opened[firstRefused], firstRefused);
  if (outcome.receipts.length === 0 && refusal) {
    throw new IngestRefused(refusal.code, { ...refusal.details, expected: outcome.next });
  }
  return {
    receipts: outcome.receipts as PublicationsResponse['receipts'],
    next: outcome.next,
    refused: refusal ? problemFor(refusal.code, { ...refusal.details, expected: outcome.next }) : null,
  };
}

type Refusal = { code: ProtocolErrorCode; details: ProblemDetails };
type Outcome = { receipts: string[]; next: ChainPlace; stopped: Refusal | null; changed: boolean };

async function ingestInOrder(
  tx: Database<HubSchema>,
  hub: HubContext['hub'],
  node: string,
  items: readonly Fit[],
  suspicions: ReadonlyMap<string, Suspicion>,
): Promise<Outcome> {
  const member = await store.lockMember(tx, node);
  if (!member) throw new IngestRefused('token-unknown-issuer', {});
  const { head } = member;
  const place = (at: { epoch: number; seq: number; hash: string }): ChainPlace => ({
    epoch: at.epoch,
    seq: at.seq + 1,
    prev: at.hash,
  });
  assertMayPublish(member);

  const isOld = ({ envelope }: Fit) =>
    envelope.epoch < head.epoch || (envelope.epoch === head.epoch && envelope.seq <= head.seq);
  const firstNew = items.findIndex((item) => !isOld(item));
  const old = firstNew === -1 ? items : items.slice(0, firstNew);
  const earlier = await store.earlierAnswers(
    tx,
    node,
    old.map((item) => item.envelope),
  );
  const repeated: string[] = [];
  for (const [index, item] of old.entries()) {
    const { epoch, seq } = item.envelope;
    const answer = earlier.get(`${epoch}/${seq}`);
    if (!answer) {
      // An epoch that is over takes nothing more: what was never sent of it belongs into the next.
      return {
        receipts: repeated,
        next: place(head),
        stopped: { code: 'epoch-not-approved', details: { index } },
        changed: false,
      };
    }
    if (answer.hash !== item.hash) {
      await store.freezeMember(tx, node);
      return {
        receipts: repeated,
        next: place(head),
        stopped: { code: 'equivocation', details: { index } },
        changed: false,
      };
    }
    repeated.push(answer.receipt);
  }

  const { taken: fresh, notLiveAt } = takenFrom(member, items, old.length);
  const ids = fresh.flatMap(({ envelope }) => (envelope.record === null ? [] : [envelope.record]));
  const known = await store.knownRecords(tx, ids);
  const needsAuthorities = fresh.some(({ envelope }) => envelope.audience?.scope === 'authorities');
  const authorities = needsAuthorities ? await store.authorityIds(tx) : new Set<string>();
  const untrusted = await store.untrustedKeys(tx, node);
  const {
    decisions,
    head: newHead,
    stoppedBy,
  } = decideBatch(fresh, head, known, {
    authorities,
    owners: await store.recordOwners(tx, ids),
    doneAhead: await withdrawnAhead(
      tx,
      fresh.flatMap(({ envelope, hash }) => (envelope.op === 'withdraw' ? [hash] : [])),
    ),
    suspicionOf: ({ kid, hash, envelope }) =>
      isAfter(envelope, untrusted.get(kid)) ? { reason: 'key-not-trusted', marks: [] } : (suspicions.get(hash) ?? null),
  });
  const receipts = decisions.length === 0 ? [] : await apply(tx, hub, { node, authority: member.authority }, decisions);
  if (decisions.length > 0) await store.moveHead(tx, newHead);
  return {
    receipts: [...repeated, ...receipts],
    next: place(newHead),
    stopped: stoppedBy ? { code: stoppedBy.code, details: { index: old.length + decisions.length } } : notLiveAt,
    changed: decisions.length > 0,
  };
}

function assertMayPublish(member: store.LockedMember): void {
  if (member.state === 'conformance') return;
  if (member.state === 'frozen') throw new IngestRefused('node-frozen', {});
  if (member.state === 'suspended') throw new IngestRefused('member-suspended', {});
  if (member.state === 'expelled') throw new IngestRefused('member-expelled', {});
  if (!member.mayPublish) throw new IngestRefused('may-not-publish', {});
}

/** What is new of a batch, up to the first item that a node in its conformance run may not send yet. */
function takenFrom(
  member: store.LockedMember,
  items: readonly Fit[],
  from: number,
): { taken: readonly Fit[]; notLiveAt: Refusal | null } {
  const index = member.state === 'conformance' ? items.findIndex((item, at) => at >= from && !isRehearsal(item)) : -1;
  if (index === -1) return { taken: items.slice(from), notLiveAt: null };
  return { taken: items.slice(from, index), notLiveAt: { code: 'not-live', details: { index } } };
}

function isRehearsal({ envelope }: Fit): boolean {
  return isSynthetic(envelope) || envelope.op === 'heartbeat';
}

/** Stores what was decided, makes it take effect and answers it. */
async function apply(
  tx: Database<HubSchema>,
  hub: HubContext['hub'],
  owner: { node: string; authority: string },
  decisions: readonly Decision[],
): Promise<string[]> {
  await store.insertPublications(
    tx,
    decisions.map(({ publication: { envelope, hash, jws } }) => ({
      node: envelope.node,
      epoch: envelope.epoch,
      seq: envelope.seq,
      op: envelope.op,
      record: envelope.record,
      revision: envelope.revision,
      hash,
      prev: envelope.prev,
      envelope: jws,
      synthetic: isSynthetic(envelope),
    })),
  );
  await hold(
    tx,
    decisions.flatMap((decision) => (decision.effect === 'quarantine' ? [decision] : [])),
  );
  await project(tx, owner, decisions.flatMap(stepFor));
  const done = decisions.flatMap(({ effect, publication }) => (effect === 'done' ? [publication.envelope] : []));
  const fresh = decisions.filter(({ effect }) => effect !== 'done');
  const answers = fresh.map((decision) => ({ ...answered(decision), ...answerTo(decision) }));
  await letNarrowingsGo(
    tx,
    answers.filter(({ state }) => state === 'rejected'),
  );
  const issued = await issueReceipts(tx, hub, owner.node, answers);
  const given = await store.firstReceipts(tx, owner.node, done);
  const receipts = decisions.map(({ effect, publication }) =>
    effect === 'done' ? (given.get(publication.envelope.seq) ?? '') : (issued.shift() ?? ''),
  );
  for (const decision of decisions) {
    if (decision.effect === 'apply' && decision.endsWaiting) await endWaiting(tx, hub, decision.publication.envelope);
  }
  return receipts;
}

function stepFor(decision: Decision): Step[] {
  const { effect, publication } = decision;
  if (effect === 'apply') return [{ effect, publication }];
  if (effect === 'done') return [];
  return effect === 'quarantine' || decision.counts ? [{ effect: 'count', publication }] : [];
}

function answered({ publication: { envelope, hash } }: Decision): Answered {
  const { node, epoch, seq, op, record, revision } = envelope;
  return { node, epoch, seq, op, record, revision, hash };
}

function answerTo(decision: Decision): Answer {
  if (decision.effect === 'reject') return { state: 'rejected', reason: decision.reason };
  if (decision.effect === 'quarantine') {
    const { reason, marks } = decision.suspicion;
    return { state: 'quarantined', reason, ...whereIn(marks) };
  }
  // A withdrawal is hidden from every query by the commit that issues this receipt.
  return { state: decision.publication.op === 'withdraw' ? 'withdrawn' : 'accepted', reason: null };
}

/** What the author is told of the marks: which kind, in which field. Never the words. */
function whereIn(marks: Suspicion['marks']): { findings?: ReceiptFinding[] } {
  const findings = new Map(marks.map(({ kind, field }) => [`${kind} ${field}`, { kind, field }]));
  return findings.size === 0 ? {} : { findings: [...findings.values()].slice(0, receiptFindingsAtMost) };
}

function refusalOf(item: ReturnType<typeof openPublication> | undefined, index: number): Refusal | null {
  return item?.status === 'refused' ? { code: item.code, details: { detail: item.detail, index } } : null;
}
