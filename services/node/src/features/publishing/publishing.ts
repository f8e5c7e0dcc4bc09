import { AppError, advisoryLock, type Database, newId } from '@practice-exchange/platform';
import {
  type CaseloadReturn,
  includesAudience,
  isSameAudience,
  type PracticeStatement,
  type PublicationIntent,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { assertMayLeave } from '../anonymisation/last-look.ts';
import { audit } from '../audit/store.ts';
import type { Membership } from '../identity/membership.ts';
import { changedMeanwhile } from '../returns/return-refusals.ts';
import { deleteWorking, insertEdition, lockWorking } from '../returns/store.ts';
import { reviewUnknown } from '../reviews/reviews.ts';
import { lockReview } from '../reviews/store.ts';
import { noteActed } from '../risk-reports/store.ts';
import { contentHashOf, wrongState } from '../signing-off/signing-off.ts';
import { newestEdition } from '../signing-off/store.ts';
import { insertNarrowing } from '../withdrawing/narrowing-store.ts';
import { append } from './append.ts';
import { findDocument, saveDocument } from './document-store.ts';
import { knownToHub, markPublished, newestRevision } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'keys' | 'jobs' | 'network'>;
type GuardedContext = Context & Pick<NodeContext, 'guard' | 'log'>;

/**
 * Publishes the approved edition of a case review. The review's change and its entries in the publication log are one
 * transaction, under a lock that makes the order of the log the order of commits; sending happens afterwards. The guard
 * looks once more inside it, over what is signed. Throws `wrong-state` when there is no approved newest edition and
 * `guard-blocks` when the guard finds or fails; nothing changes then.
 */
export async function publishReview(context: GuardedContext, publisher: Person, id: string): Promise<void> {
  if (!publisher.roles.includes('publisher')) throw notAllowed('Only a publisher can publish.');
  const membership = await membershipOf(context);
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, id);
    if (!review) throw reviewUnknown();
    const edition = await newestEdition(tx, id);
    if (review.state !== 'approved' || !edition || edition.reviewVersion !== review.version) {
      throw wrongState('Only an approved case review can be published.');
    }
    const { content: body, audience } = edition;
    if (contentHashOf(body, audience) !== edition.contentHash) {
      throw wrongState('The text is not the one that was approved. It has to be read again.');
    }
    const approval = edition.signOffs.find(({ part, decision }) => part === 'second-person' && decision === 'approved');
    await assertMayLeave(tx, context, {
      review: id,
      content: body,
      findings: edition.findings,
      findingReasons: approval?.findingReasons ?? {},
    });
    const source = { review: id, edition: edition.number, contentHash: edition.contentHash, publisher: publisher.id };
    const { record } = review;
    let revision = 1;
    const known = await knownToHub(tx, record);
    if (known === null) {
      await append(tx, context, membership.node, { op: 'publish', record, audience, body }, source);
    } else {
      revision = known.revision + 1;
      if (known.audience && !isSameAudience(known.audience, audience)) {
        const { hash } = await append(
          tx,
          context,
          membership.node,
          { op: 'rescope', record, revision, audience },
          null,
        );
        // For those whom it excludes it is a withdrawal, and does not wait for its turn.
        if (!includesAudience(audience, known.audience)) {
          await insertNarrowing(tx, hash, publisher.id);
          await noteActed(tx, record, 'narrowed');
          tx.onCommit(() => void context.jobs.wake('withdraw-ahead'));
        }
        revision += 1;
      }
      await append(tx, context, membership.node, { op: 'revise', record, revision, audience, body }, source);
      await noteActed(tx, record, 'revised');
    }
    await markPublished(tx, id, { edition: edition.number, revision, audience });
    await audit(tx, {
      person: publisher.id,
      action: 'published',
      subjectType: 'review',
      subject: id,
      detail: { edition: edition.number, revision },
    });
    tx.onCommit(() => void context.jobs.wake('deliver'));
  });
}

/** Publishes the authority's practice statement, replacing the one before. */
export async function publishStatement(context: Context, person: Person, statement: PracticeStatement): Promise<void> {
  await publishDocument(context, person, 'statement', 'statement', (record, revision) => ({
    op: 'statement',
    record,
    revision,
    audience: wholeNetwork,
    body: statement,
  }));
}

/** What a lead looked at when signing: the version of the working return, and the warnings that they acknowledged. */
export type ReturnSigning = { readonly version: number; readonly acknowledged: readonly string[] };

/**
 * Publishes the caseload return of a quarter, replacing the one before. What is signed is kept as a revision, and the
 * working return ends, in the same transaction. Throws `return-changed` when the working return is not the one that was seen.
 */
export async function publishReturn(
  context: Context,
  person: Person,
  caseload: CaseloadReturn,
  signing?: ReturnSigning,
): Promise<void> {
  const { quarter } = caseload;
  await publishDocument(
    context,
    person,
    'return',
    quarter,
    (record, revision) => ({ op: 'return', record, revision, body: caseload }),
    async (tx, record, revision) => {
      const working = await lockWorking(tx, quarter);
      if (signing && working?.version !== signing.version) throw changedMeanwhile();
      await insertEdition(tx, {
        quarter,
        revision,
        record,
        content: caseload,
        acknowledged: signing?.acknowledged ?? [],
        note: working?.note ?? null,
        preparedBy: working?.prepared_by ?? person.id,
        signedBy: person.id,
      });
      await deleteWorking(tx, quarter);
    },
  );
}

async function publishDocument(
  context: Context,
  person: Person,
  kind: 'statement' | 'return',
  name: string,
  intent: (record: string, revision: number) => PublicationIntent,
  before: (tx: Database<NodeSchema>, record: string, revision: number) => Promise<void> = async () => undefined,
): Promise<void> {
  if (!person.roles.includes('lead')) throw notAllowed('Only a lead can publish statements and returns.');
  const membership = await membershipOf(context);
  await context.database.transaction(async (tx) => {
    await advisoryLock(tx, `document:${kind}:${name}`);
    let record = await findDocument(tx, kind, name);
    if (record === undefined) {
      record = newId();
      await saveDocument(tx, kind, name, record);
    }
    const revision = (await newestRevision(tx, record)) + 1;
    await before(tx, record, revision);
    await append(tx, context, membership.node, intent(record, revision), null);
    await audit(tx, {
      person: person.id,
      action: `${kind}-published`,
      subjectType: 'document',
      subject: record,
      detail: { revision },
    });
    tx.onCommit(() => void context.jobs.wake('deliver'));
  });
}

/** The membership, without which nothing can be published. Throws `not-joined` (409). */
export async function membershipOf(context: Pick<NodeContext, 'network'>): Promise<Membership> {
  const membership = await context.network.membership();
  if (!membership) {
    throw new AppError({
      code: 'not-joined',
      status: 409,
      title: 'This node has not joined the network yet',
      message: 'This node has not joined the network yet, so nothing can be published.',
    });
  }
  if (membership.state === 'expelled' || !membership.liveAt) {
    throw new AppError({
      code: 'not-live',
      status: 409,
      title: 'This node is not live',
      message:
        membership.state === 'expelled'
          ? 'This node has left the network, so nothing can be published.'
          : 'This node is still joining the network. Publish once it is live: the administrator’s Network page says how far it is.',
    });
  }
  return membership;
}
