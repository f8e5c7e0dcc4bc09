import { type Database, newId } from '@practice-exchange/platform';
import type { Envelope } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { Decision } from '../ingest/decide.ts';
import { issueReceipts } from '../receipts/issue-receipts.ts';
import { letNarrowingsGo } from '../withdrawing/narrowing.ts';
import { closeWaiting, insertHeld, waitingBefore } from './store.ts';

/** Keeps publications apart until a person has decided about them, in the transaction that gives them their place. */
export async function hold(
  tx: Database<HubSchema>,
  decisions: readonly Extract<Decision, { effect: 'quarantine' }>[],
): Promise<void> {
  await insertHeld(
    tx,
    decisions.map(({ publication, suspicion }) => {
      const { node, epoch, seq, op, record, audience } = publication.envelope;
      return {
        id: newId(),
        node,
        epoch,
        seq,
        op,
        record,
        audience,
        reason: suspicion.reason,
        marks: suspicion.marks,
        content: publication.bodyBytes && Buffer.from(publication.bodyBytes),
        salt: publication.salt && Buffer.from(publication.salt),
      };
    }),
  );
}

/**
 * Ends what waited of a record, now that a later publication on it applied: a later one replaces it, a withdrawal takes it
 * back. Its bodies are destroyed and its author is told.
 */
export async function endWaiting(tx: Database<HubSchema>, hub: HubContext['hub'], by: Envelope): Promise<void> {
  if (by.record === null) return;
  const ended = await waitingBefore(tx, by.record, by);
  await closeWaiting(
    tx,
    ended.map(({ id }) => id),
    { outcome: 'ended', by: null },
  );
  await letNarrowingsGo(tx, ended);
  const reason = by.op === 'withdraw' ? 'record-withdrawn' : 'superseded';
  await issueReceipts(
    tx,
    hub,
    by.node,
    ended.map(({ id: _, ...publication }) => ({ ...publication, state: 'rejected' as const, reason })),
  );
}
