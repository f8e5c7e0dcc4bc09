import { type Database, whileLocked } from '@practice-exchange/platform';
import { includesAudience, isInAudience, type VerifiedEnvelope, type Viewer } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { KnownRecord } from '../ingest/decide.ts';
import { addIndexTasks, changeAudience } from '../ingest/store.ts';
import { isVisibleToOneOf } from '../learning/store.ts';
import { signProof } from './certifying.ts';
import { tellExcluded } from './hiding.ts';
import * as store from './narrowing-store.ts';

type Tx = Database<HubSchema>;
type Context = Pick<HubContext, 'database' | 'index' | 'hub' | 'log'>;

/** A `rescope` that applies, and how its record stood before. */
export type Rescope = store.NewNarrowing & { before: Pick<KnownRecord, 'state' | 'audience'> | undefined };

/**
 * Gives a record another audience, in its turn. For those whom it excludes that is a withdrawal: their nodes are told, and it
 * is to be proved. What narrowed the record ahead of this place ends with it.
 */
export async function rescope(tx: Tx, { before, ...change }: Rescope): Promise<void> {
  const { node, epoch, seq, record, revision, audience } = change;
  // Nothing of a record that is held is served, so there is nothing to show to fewer people yet.
  const isServed = before?.state === 'shared';
  if (isServed && !(before.audience && includesAudience(audience, before.audience))) {
    await store.insertNarrowing(tx, change, null);
  }
  await store.endUpTo(tx, { node, epoch, seq }, record);
  if (!isServed) return;
  await servedTo(tx, record, () => changeAudience(tx, { node, epoch, seq, id: record, revision, audience }));
  await addIndexTasks(tx, [{ node, epoch, seq, record, task: 'index', canary: null }]);
}

/** Narrows a record ahead of the place of its `rescope` in the log: from this commit on nobody sees it whom that excludes. */
export async function narrowAhead(tx: Tx, { envelope, hash, jws }: VerifiedEnvelope): Promise<boolean> {
  if (envelope.op !== 'rescope' || (await store.findNarrowing(tx, hash))) return false;
  const { node, epoch, seq, record, revision, audience } = envelope;
  await store.insertNarrowing(tx, { hash, node, epoch, seq, record, revision, audience }, jws);
  await serveAnew(tx, record);
  return true;
}

/** Lets go of narrowings whose `rescope` was rejected when the log came to it, or a person refused it: what applied holds again. */
export async function letNarrowingsGo(
  tx: Tx,
  rejected: readonly { node: string; epoch: number; seq: number; op: string }[],
): Promise<void> {
  const records = await store.forgetAt(
    tx,
    rejected.filter(({ op }) => op === 'rescope'),
  );
  for (const record of records) await serveAnew(tx, record);
}

/** Serves a record to whom it is for now, and tells the index. */
async function serveAnew(tx: Tx, record: string): Promise<void> {
  const served = await servedTo(tx, record, () => store.serveWithin(tx, record));
  if (!served) return;
  const { node, epoch, seq } = served;
  await addIndexTasks(tx, [{ node, epoch, seq, record, task: 'index', canary: null }]);
}

/** Changes whom a record is served to, and tells those who saw it and no longer do. Gives how it is served then. */
async function servedTo(tx: Tx, record: string, change: () => Promise<void>): Promise<store.Served | undefined> {
  const before = await store.servedNow(tx, record);
  await change();
  const after = await store.servedNow(tx, record);
  if (before && after) {
    await tellExcluded(tx, { record, owner: before.authority, seenBy: before.audience, stillSeenBy: after.audience });
  }
  return after;
}

/** What answers readers, each by the name under which certificates name it. */
const readersAreAnsweredBy = [
  { name: 'shared-records', askedBy: ['id'] },
  { name: 'search-index', askedBy: ['phrase'] },
] as const;

const batch = 20;

type ToProve = Awaited<ReturnType<typeof store.narrowingsToProve>>[number];

/**
 * Proves narrower audiences that the index has been told of: what answers readers is asked as those who are excluded, and only
 * when it finds nothing a certificate is signed. Nobody who writes to the index waits for that: what was read for it under the
 * wider audience was written before the task for the narrower one ended. One that still finds something keeps its record from
 * being certified, and no other; it throws then, to be tried again.
 */
export async function proveNarrowed(context: Context): Promise<void> {
  await whileLocked(context.database, 'narrowing-proofs', async () => {
    const found = new Set<string>();
    for (;;) {
      const narrowings = await store.narrowingsToProve(context.database, batch, [...found]);
      if (narrowings.length === 0) break;
      for (const narrowing of narrowings) {
        const finding = await findingAsExcluded(context, narrowing);
        if (finding === 'overtaken') await store.forgetUnproved(context.database, narrowing.record, narrowing.hash);
        else if (finding.length === 0) await certify(context, narrowing);
        else {
          found.add(narrowing.hash);
          context.log.error({ record: narrowing.record, stores: finding }, 'a narrowed record is still found');
        }
      }
    }
    if (found.size > 0) throw new Error(`${found.size} narrowed records are still found`);
  });
}

/**
 * Which of what answers readers still finds a record for somebody whom a narrower audience excludes. `overtaken` when a later
 * publication lets some of them see it again.
 */
async function findingAsExcluded(
  { database, index }: Context,
  { record, audience }: ToProve,
): Promise<string[] | 'overtaken'> {
  const served = await store.servedNow(database, record);
  // Nothing of it is served to anybody yet.
  if (!served) return [];
  const owner = served.authority;
  const excluded = (await store.viewersServed(database)).filter((viewer) => !isInAudience(audience, owner, viewer));
  if (excluded.some((viewer) => isInAudience(served.audience, owner, viewer))) return 'overtaken';
  const finding = new Set<string>();
  const authorities = excluded.map(({ authority }) => authority);
  if (await isVisibleToOneOf(database, record, authorities)) finding.add('shared-records');
  const words = await store.titleOf(database, record);
  for (const viewer of asking(excluded, await store.namedEver(database, record))) {
    const { hits } = await index.search({ words, viewer, sort: 'relevance', offset: 0, limit: 50 });
    if (hits.some(({ id }) => id === record)) finding.add('search-index');
  }
  return [...finding];
}

/**
 * In whose name the index is asked: it lets in everybody, a region, or who is named. One of each region asks for all that it let in
 * by region or as everybody; whoever an audience of the record ever named asks alone.
 */
function asking(excluded: readonly Viewer[], named: ReadonlySet<string>): Viewer[] {
  const byRegion = new Map(excluded.map((viewer) => [viewer.region, viewer]));
  return [...new Set([...byRegion.values(), ...excluded.filter(({ authority }) => named.has(authority))])];
}

async function certify({ database, hub }: Context, narrowing: ToProve): Promise<void> {
  const { hash, node, record, revision, audience, hidden_at: hiddenAt } = narrowing;
  await database.transaction(async (tx) => {
    const proved = { node, record, revision, hash, hiddenAt, audience, stores: readersAreAnsweredBy };
    const { certificate, purgedAt } = await signProof(tx, hub, proved);
    await store.markNarrowingProved(tx, hash, certificate, purgedAt);
  });
}
