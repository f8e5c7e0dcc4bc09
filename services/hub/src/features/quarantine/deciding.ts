import { structuredIdentifiers } from '@practice-exchange/anonymisation';
import { AppError, type Database } from '@practice-exchange/platform';
import {
  type CompactJws,
  type OpenedPublication,
  openPublication,
  publicationItemOf,
  publicJwkSchema,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import { project } from '../ingest/project.ts';
import { lockMember } from '../ingest/store.ts';
import { issueReceipts } from '../receipts/issue-receipts.ts';
import { letNarrowingsGo } from '../withdrawing/narrowing.ts';
import { closeWaiting, keysOf, nodeOf, type Together, waitingTogether } from './store.ts';

type Context = Pick<HubContext, 'database' | 'hub' | 'jobs'>;

/** An operator's word on what waits: `note` is what the author is told, or why it was released. */
export type Verdict = { id: string; operator: string; note: string };

/**
 * Releases what waits of a record: each publication applies now, in the order of the log, as it would have when it came.
 * Throws `nothing-waits` (409) when somebody, or a later publication, was quicker, and `note-identifies` (400).
 */
export async function release(context: Context, verdict: Verdict): Promise<void> {
  assertNothingQuoted(verdict);
  await context.database.transaction(async (tx) => {
    const { node, authority, together } = await lockTogether(tx, verdict.id);
    const keys = new Map((await keysOf(tx, node)).map(({ kid, jwk }) => [kid, publicJwkSchema.parse(jwk)]));
    const opened = together.map((held): OpenedPublication => {
      const item = publicationItemOf(held.envelope as CompactJws, held.content, held.salt);
      const publication = openPublication(item, (kid) => keys.get(kid), { node });
      if (publication.status !== 'opened') throw new Error('what was held no longer opens');
      return publication;
    });
    await close(tx, together, 'released', verdict);
    await project(
      tx,
      { node, authority },
      opened.map((publication) => ({ effect: 'apply', publication })),
    );
    await issueReceipts(
      tx,
      context.hub,
      node,
      together.map((held) => ({
        ...answered(held),
        state: held.op === 'withdraw' ? ('withdrawn' as const) : ('accepted' as const),
        reason: null,
      })),
    );
    tx.onCommit(() => void context.jobs.wake('update-index'));
  });
}

/**
 * Refuses what waits of a record: its bodies are destroyed and the author reads the operator's words. Throws
 * `nothing-waits` (409), and `note-identifies` (400) when the words themselves hold something that identifies a person.
 */
export async function refuse(context: Context, verdict: Verdict): Promise<void> {
  assertNothingQuoted(verdict);
  await context.database.transaction(async (tx) => {
    const { node, together } = await lockTogether(tx, verdict.id);
    await close(tx, together, 'refused', verdict);
    await letNarrowingsGo(tx, together);
    tx.onCommit(() => void context.jobs.wake('update-index'));
    await issueReceipts(
      tx,
      context.hub,
      node,
      together.map((held) => ({
        ...answered(held),
        state: 'rejected' as const,
        reason: 'refused-by-operator' as const,
        note: verdict.note,
      })),
    );
  });
}

/** An operator's words are kept for good, and sent: they never repeat what was found. */
function assertNothingQuoted({ note }: Verdict): void {
  if (structuredIdentifiers([{ path: 'note', text: note }]).length === 0) return;
  throw new AppError({
    code: 'note-identifies',
    status: 400,
    title: 'The reason repeats an identifier',
    message: 'Say what kind of thing it is and where, without repeating it: your words are kept and sent',
  });
}

async function lockTogether(tx: Database<HubSchema>, id: string) {
  const node = await nodeOf(tx, id);
  const member = node === undefined ? undefined : await lockMember(tx, node);
  const together = member ? await waitingTogether(tx, id) : [];
  if (node === undefined || !member || together.length === 0) {
    throw new AppError({
      code: 'nothing-waits',
      status: 409,
      title: 'Nothing waits here any more',
      message: 'Another operator has decided, or a later publication has taken its place. Nothing was changed now.',
    });
  }
  return { node, authority: member.authority, together };
}

async function close(
  tx: Database<HubSchema>,
  together: readonly Together[],
  outcome: 'released' | 'refused',
  { operator, note }: Verdict,
): Promise<void> {
  await closeWaiting(
    tx,
    together.map(({ id }) => id),
    { outcome, by: operator },
  );
  for (const { id, node, epoch, seq, reason } of together) {
    await audit(tx, {
      person: operator,
      node,
      action: `quarantine-${outcome}`,
      subjectType: 'quarantined-publication',
      subject: id,
      detail: { epoch, seq, reason, note },
    });
  }
}

function answered({ node, epoch, seq, op, record, revision, hash }: Together) {
  return { node, epoch, seq, op, record, revision, hash };
}
