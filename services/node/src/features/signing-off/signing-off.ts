import { AppError } from '@practice-exchange/platform';
import { type Audience, canonicalise, type LearningRecord, sha256 } from '@practice-exchange/protocol';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { saveWorkingCheck, versionsOf } from '../anonymisation/check-store.ts';
import { checkText } from '../anonymisation/checking.ts';
import { denyListOf } from '../anonymisation/deny-list-store.ts';
import { type GuardVerdict, groupsNeedingReason } from '../anonymisation/guard-finding.ts';
import { audit } from '../audit/store.ts';
import { type CaseReview, type Missing, recordFrom } from '../reviews/case-review.ts';
import { notTheAuthor, readReview, reviewUnknown } from '../reviews/reviews.ts';
import { lockReview, setState } from '../reviews/store.ts';
import { type Edition, insertEdition, insertReading, insertSignOff, newestEdition, newestNumber } from './store.ts';

type Context = Pick<NodeContext, 'database' | 'log' | 'guard' | 'network' | 'jobs' | 'sharedCounts'>;

/** What both approvals bind: SHA-256 of the canonical content together with who may see it. */
export function contentHashOf(content: LearningRecord, audience: Audience): string {
  return sha256(canonicalise({ audience, content }));
}

/** The next edition could not be frozen: what is missing, or what the guard found. */
export class NotReady extends AppError {
  readonly missing: readonly Missing[];
  readonly verdict: GuardVerdict | null;

  constructor(missing: readonly Missing[], verdict: GuardVerdict | null) {
    super({
      code: verdict ? 'guard-blocks' : 'review-incomplete',
      status: 409,
      title: 'This review cannot be sent yet',
      message: verdict
        ? 'The anonymisation guard found something that must go before anyone else reads this.'
        : 'Some answers are missing.',
    });
    this.missing = missing;
    this.verdict = verdict;
  }
}

/**
 * Freezes the working text as the next edition, checked by the guard, with the author's approval, and sends it for second
 * reading. The guard and the hub are asked before the transaction; it then makes sure that text and deny-list are still
 * the ones they were asked about. Throws `NotReady` when answers are missing or the guard blocks; nothing changes then.
 */
export async function sendForReading(context: Context, author: Person, id: string): Promise<void> {
  const { database } = context;
  const checkedVersions = await versionsOf(database, id);
  const review = await readReview(context, id);
  assertMaySend(review, author);
  const complete = recordFrom(review.working);
  if (!complete.ok) throw new NotReady(complete.missing, null);
  const content = complete.record;
  const { audience } = review.working;
  const denyList = await denyListOf(database, id);
  const verdict = await checkText(context, { review: id, prose: content, codes: content, denyList });
  if (verdict.blocked) {
    await saveWorkingCheck(database, {
      review: id,
      reviewVersion: checkedVersions.review,
      denyVersion: checkedVersions.denyList,
      guardVersion: verdict.version,
      failure: verdict.failure,
      findings: verdict.findings,
      risk: verdict.risk,
    });
    throw new NotReady([], verdict);
  }
  await database.transaction(async (tx) => {
    const locked = await lockReview(tx, id);
    if (!locked) throw reviewUnknown();
    assertMaySend(locked, author);
    const versions = await versionsOf(tx, id);
    if (versions.review !== checkedVersions.review || versions.denyList !== checkedVersions.denyList) {
      throw wrongState('The text or the deny-list was changed while it was being checked. Send it again.');
    }
    const number = (await newestNumber(tx, id)) + 1;
    const contentHash = contentHashOf(content, audience);
    await insertEdition(tx, {
      review: id,
      number,
      author: author.id,
      reviewVersion: versions.review,
      denyVersion: versions.denyList,
      content,
      audience,
      contentHash,
      guardVersion: verdict.version,
      findings: verdict.findings,
      risk: verdict.risk,
      blocked: verdict.blocked,
    });
    await insertSignOff(tx, {
      review: id,
      edition: number,
      contentHash,
      author: author.id,
      person: author.id,
      part: 'author',
      decision: 'approved',
    });
    await setState(tx, id, 'in-review');
    await audit(tx, {
      person: author.id,
      action: 'sent-for-second-reading',
      subjectType: 'review',
      subject: id,
      detail: { edition: number, contentHash, findings: verdict.findings.length, k: verdict.risk?.k ?? null },
    });
  });
}

function assertMaySend(review: CaseReview, author: Person): void {
  if (review.author.id !== author.id) throw notTheAuthor();
  if (!author.roles.includes('author')) throw notAllowed('Only an author can send a case review for second reading.');
  if (review.state !== 'draft' && review.state !== 'returned')
    throw wrongState('Only a draft can be sent for second reading.');
}

/**
 * The second person's decision about the newest edition: approval with a reason for every finding that needs one, or a
 * return with what should change. `contentHash` is the hash of what they read. Nothing is decided when it is no longer the
 * newest, when they wrote it themselves, when they have not answered the motivated-intruder question about it, or when a
 * finding has no reason (`reasons-missing`).
 */
export async function decide(
  context: Pick<NodeContext, 'database'>,
  reader: Person,
  decision: { id: string; contentHash: string } & (
    | { approve: true; reasons?: Readonly<Record<string, string>> }
    | { approve: false; reason: string }
  ),
): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, decision.id);
    const edition = await newestEdition(tx, decision.id);
    assertReads(review, edition, reader, decision.contentHash);
    const answer = edition.readings.find(({ person }) => person === reader.id);
    if (!answer) throw wrongState('Read the text and answer the question before you decide.');
    const base = {
      review: decision.id,
      edition: edition.number,
      contentHash: edition.contentHash,
      author: edition.author,
      person: reader.id,
      part: 'second-person' as const,
      intruderAnswer: answer.answer,
    };
    if (decision.approve) {
      if (answer.answer !== 'nobody') {
        throw wrongState('You said that somebody could perhaps tell who this is. Return it to its author.');
      }
      if (edition.isStale) {
        throw wrongState('The deny-list of this case has changed since it was checked. Return it to its author.');
      }
      const reasons: Record<string, string> = {};
      for (const { entity } of groupsNeedingReason(edition.findings)) {
        const reason = decision.reasons?.[entity]?.trim() ?? '';
        if (reason === '') throw reasonsMissing();
        reasons[entity] = reason;
      }
      await insertSignOff(tx, { ...base, decision: 'approved', findingReasons: reasons });
    } else {
      await insertSignOff(tx, { ...base, decision: 'returned', reason: decision.reason });
    }
    await setState(tx, decision.id, decision.approve ? 'approved' : 'returned');
    await audit(tx, {
      person: reader.id,
      action: decision.approve ? 'approved' : 'returned',
      subjectType: 'review',
      subject: decision.id,
      detail: { edition: edition.number, contentHash: edition.contentHash },
    });
  });
}

/** What the second person says after reading the clean text: could somebody tell who this is? */
export type IntruderAnswer = { answer: 'nobody' } | { answer: 'perhaps' | 'somebody'; account: string };

/**
 * Keeps the second person's answer to the motivated-intruder question about the newest edition. Findings are shown from
 * then on, so the answer stays as it is: answering again changes nothing.
 */
export async function answerIntruderQuestion(
  context: Pick<NodeContext, 'database'>,
  reader: Person,
  { id, contentHash, ...given }: { id: string; contentHash: string } & IntruderAnswer,
): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = await lockReview(tx, id);
    const edition = await newestEdition(tx, id);
    assertReads(review, edition, reader, contentHash);
    if (edition.readings.some(({ person }) => person === reader.id)) return;
    await insertReading(tx, {
      review: id,
      edition: edition.number,
      contentHash,
      person: reader.id,
      answer: given.answer,
      account: given.answer === 'nobody' ? null : given.account,
    });
    await audit(tx, {
      person: reader.id,
      action: 'second-reading-answered',
      subjectType: 'review',
      subject: id,
      detail: { edition: edition.number, contentHash, answer: given.answer },
    });
  });
}

/** Throws unless this person may read and decide about this text now. */
function assertReads(
  review: CaseReview | undefined,
  edition: Edition | undefined,
  reader: Person,
  contentHash: string,
): asserts edition is Edition {
  if (!review) throw reviewUnknown();
  if (review.author.id === reader.id) throw notAllowed('You wrote this case review. Somebody else must read it.');
  if (!reader.roles.includes('reviewer')) throw notAllowed('Only a second reader can decide about a case review.');
  if (review.state !== 'in-review') throw wrongState('This case review is not waiting for second reading.');
  if (!edition || edition.contentHash !== contentHash || edition.reviewVersion !== review.version) {
    throw wrongState('The text has changed since you opened it. Read it again before you decide.');
  }
}

/** The newest edition, for reading. Throws `review-unknown` when there is none. */
export async function editionToRead(context: Pick<NodeContext, 'database'>, id: string): Promise<Edition> {
  const edition = await newestEdition(context.database, id);
  if (!edition) throw reviewUnknown();
  return edition;
}

export function wrongState(message: string): AppError {
  return new AppError({ code: 'wrong-state', status: 409, title: 'This cannot be done now', message });
}

function reasonsMissing(): AppError {
  return new AppError({
    code: 'reasons-missing',
    status: 409,
    title: 'Some reasons are missing',
    message: 'Give a reason for every finding that stays, or return the case review to its author.',
  });
}
