import { shiftQuarter } from '@practice-exchange/disclosure';
import { AppError, newId } from '@practice-exchange/platform';
import { quarterOf } from '@practice-exchange/protocol';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { HubContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import * as store from './store.ts';

type Context = Pick<HubContext, 'database' | 'jobs'>;

/** The quarters that a release may be prepared for, newest first: over, and returned by somebody. */
export async function quartersToRelease(context: Pick<HubContext, 'database'>, now = new Date()): Promise<string[]> {
  const newest = shiftQuarter(quarterOf(now), -1);
  const returned = await store.quartersReturned(context.database);
  return [...new Set([newest, ...returned])]
    .filter((quarter) => quarter <= newest)
    .sort()
    .reverse();
}

/**
 * Begins a release of a quarter: it is built behind, and then a second person looks at it. A quarter that was released
 * before gets a new version, with a note that says what it corrects. Throws `release-under-way`, `correction-needs-note`.
 */
export async function prepareRelease(
  context: Context,
  person: Person,
  { quarter, note }: { quarter: string; note: string },
): Promise<string> {
  if (!person.roles.includes('analyst')) throw notAllowed('Only an analyst prepares a release.');
  if (quarter >= quarterOf(new Date())) throw notOver();
  const id = newId();
  await context.database.transaction(async (tx) => {
    if (await store.underWay(tx)) throw underWay();
    const version = (await store.newestVersion(tx, quarter)) + 1;
    if (version > 1 && note.trim() === '') throw needsNote();
    await store.insertRelease(tx, { id, quarter, version, note: note.trim() || null, preparedBy: person.id });
    await audit(tx, {
      person: person.id,
      node: null,
      action: 'release-prepared',
      subjectType: 'release',
      subject: id,
      detail: { quarter, version },
    });
    tx.onCommit(() => void context.jobs.wake('build-releases'));
  });
  return id;
}

/**
 * Publishes a draft as it was looked at. Throws `own-release` for the person who prepared it, `release-changed` when the
 * content is not the one that was seen or another release came between, `audit-not-passed` without a reason; nothing changes.
 */
export async function approveRelease(
  context: Context,
  person: Person,
  approval: { id: string; contentHash: string; auditNote: string },
): Promise<{ quarter: string }> {
  if (!person.roles.includes('analyst')) throw notAllowed('Only an analyst approves a release.');
  return context.database.transaction(async (tx) => {
    const release = await store.lockRelease(tx, approval.id);
    if (!release) throw releaseUnknown();
    if (release.prepared_by === person.id) throw ownRelease();
    if (release.state !== 'draft') throw changed('This release is no longer a draft.');
    if (release.content_hash !== approval.contentHash) {
      throw changed('The tables are not the ones that you looked at. Look at them again.');
    }
    if (release.built_on !== release.latest) {
      throw changed('Another release was approved since this one was built. Discard it and prepare it again.');
    }
    const auditNote = approval.auditNote.trim() || null;
    if (!release.audit?.passed && auditNote === null) throw auditNotPassed();
    await store.markApproved(tx, release.id, { by: person.id, hash: approval.contentHash, auditNote });
    await audit(tx, {
      person: person.id,
      node: null,
      action: 'release-approved',
      subjectType: 'release',
      subject: release.id,
      detail: { name: release.name, contentHash: approval.contentHash },
    });
    return { quarter: release.quarter };
  });
}

/** Throws a draft away, or what is still being built: nothing of it is published. */
export async function discardRelease(context: Context, person: Person, id: string): Promise<void> {
  if (!person.roles.includes('analyst')) throw notAllowed('Only an analyst discards a draft.');
  await context.database.transaction(async (tx) => {
    const release = await store.lockRelease(tx, id);
    if (!release) throw releaseUnknown();
    if (release.state !== 'draft' && release.state !== 'building') throw changed('This release is no longer a draft.');
    await store.markDiscarded(tx, id, 'by-an-analyst');
    await audit(tx, {
      person: person.id,
      node: null,
      action: 'release-discarded',
      subjectType: 'release',
      subject: id,
    });
  });
}

/** One table of a draft with its true counts. Who looks at them, and when, is kept. */
export async function previewTable(context: Pick<HubContext, 'database'>, person: Person, id: string, table: string) {
  if (!person.roles.includes('analyst')) throw notAllowed('Only an analyst sees numbers before disclosure control.');
  return context.database.transaction(async (tx) => {
    const found = await store.draftTable(tx, id, table);
    if (!found) throw releaseUnknown();
    await audit(tx, {
      person: person.id,
      node: null,
      action: 'unsuppressed-table-seen',
      subjectType: 'release',
      subject: id,
      detail: { table },
    });
    return found;
  });
}

export function releaseUnknown(): AppError {
  return refusal(404, 'release-unknown', 'There is no such release', 'There is no release at this address.');
}

function underWay(): AppError {
  return refusal(
    409,
    'release-under-way',
    'A release is under way',
    'Another release is being built or waits for approval. Approve or discard it first.',
  );
}

function needsNote(): AppError {
  return refusal(
    422,
    'correction-needs-note',
    'A correction needs a note',
    'This quarter has been released. Say what the new version corrects, and why.',
  );
}

function notOver(): AppError {
  return refusal(422, 'quarter-not-over', 'The quarter is not over', 'A quarter can be released once it is over.');
}

function ownRelease(): AppError {
  return refusal(
    403,
    'own-release',
    'Somebody else must approve this release',
    'You prepared this release, so somebody else must approve it.',
  );
}

function changed(message: string): AppError {
  return refusal(409, 'release-changed', 'The release has changed', message);
}

function auditNotPassed(): AppError {
  return refusal(
    422,
    'audit-not-passed',
    'The audit did not pass',
    'The audit found sums that earlier releases have given away. Say why the release may be approved all the same.',
  );
}

function refusal(status: number, code: string, title: string, message: string): AppError {
  return new AppError({ code, status, title, message });
}
