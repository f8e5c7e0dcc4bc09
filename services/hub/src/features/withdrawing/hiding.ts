import type { Database } from '@practice-exchange/platform';
import { type Audience, isSameAudience } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { KnownRecord } from '../ingest/decide.ts';
import { endAll, servedNow } from './narrowing-store.ts';
import * as store from './store.ts';

/** A withdrawal that applies: its place in the log, and how the record stood before; undefined when the hub never held it. */
export type Hiding = {
  node: string;
  epoch: number;
  seq: number;
  record: string;
  revision: number;
  hash: string;
  notice: string | null;
  owner: string;
  was: Pick<KnownRecord, 'kind' | 'state' | 'audience' | 'synthetic'> | undefined;
  /** The envelope, when it came ahead of its place in the log. */
  ahead?: string;
};

/**
 * Hides a record for good: from this commit on no query finds it. Its bodies and salts are destroyed; what remains is the
 * tombstone in `record` and the envelopes. Purging every other store, and the proof of it, follow.
 */
export async function hideRecord(tx: Database<HubSchema>, hiding: Hiding): Promise<void> {
  tx.assertTransaction();
  const { was, owner, ...withdrawal } = hiding;
  const served = await servedNow(tx, hiding.record);
  // Whom it was kept from ahead of the log's turn is not told now that it was there.
  const narrowedTo = (await endAll(tx, hiding.record)) && served ? served.audience : null;
  const phrase = await store.destroyContent(tx, hiding.record);
  await store.insertWithdrawal(tx, { ...withdrawal, phrase, narrowedTo });
  const seenBy = served?.audience ?? was?.audience;
  if (was?.kind === 'return' || was?.state !== 'shared' || !seenBy || was.synthetic) return;
  await store.insertTombstoneDue(tx, {
    record: hiding.record,
    why: 'withdrawn',
    owner,
    seenBy,
    stillSeenBy: null,
  });
}

/** For those whom a narrower audience excludes, the record is withdrawn: their nodes are told to let go of it. */
export async function tellExcluded(
  tx: Database<HubSchema>,
  change: { record: string; owner: string; seenBy: Audience | null | undefined; stillSeenBy: Audience },
): Promise<void> {
  const { seenBy, stillSeenBy } = change;
  if (!seenBy || isSameAudience(seenBy, stillSeenBy)) return;
  await store.insertTombstoneDue(tx, { ...change, seenBy, why: 'narrowed' });
}
