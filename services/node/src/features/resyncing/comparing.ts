import {
  type ComparisonResponse,
  differingChunks,
  digestChunks,
  digestOfChunks,
  type Holdings,
  type HubClient,
  HubProblem,
  isDigestOf,
  ProtocolError,
  type Standing,
  signManifest,
  verifyManifest,
} from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { fetchReceipts } from '../delivering/receipts.ts';
import type { Membership } from '../identity/membership.ts';
import type { Difference } from './difference.ts';
import { forgetPlace } from './in-step.ts';
import * as store from './store.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'keys' | 'log' | 'jobs'>;

/** At most this many records are named; more than that is one fault, not many. */
const differencesAtMost = 200;

/**
 * Compares what the hub holds with what this log says that it should, and remembers how both stand, with the hub's signed
 * manifest. Records that differ are named. When something was delivered meanwhile, it compares once more.
 * Throws `HubProblem` when the hub could not be asked, and `ProtocolError` when its manifest does not verify.
 */
export async function compareWithHub(context: Context, attempt = 1): Promise<Standing | null> {
  const membership = await context.network.membership();
  if (!membership) return null;
  await fetchReceipts(context, { patient: false });
  const hub = await context.network.hub();
  const { node } = membership;
  const { head, holdings } = await context.database.transaction(
    async (tx) => {
      const epoch = (await store.currentEpoch(tx)) ?? membership.epoch;
      return { head: await store.endOfEpoch(tx, node, epoch), holdings: await store.holdingsUpTo(tx, epoch) };
    },
    { isolation: 'repeatable read' },
  );
  const chunks = digestChunks(holdings.values());
  const answer = await hub.compare(
    signManifest(
      {
        ...{ by: 'node', hub: membership.hub.id, node, head, digest: digestOfChunks(chunks) },
        ...countsOf(holdings),
        at: new Date().toISOString(),
      },
      await context.keys.current(),
    ),
  );
  const theirs = verifiedAnswer(answer, membership);
  const isSame = theirs.head.epoch === head.epoch && theirs.head.seq === head.seq && theirs.head.hash === head.hash;
  const differing = isSame ? differingChunks(chunks, answer.chunks) : [];
  const differences = await nameDifferences(hub, holdings, differing);
  const place = { epoch: theirs.head.epoch, seq: theirs.head.seq + 1, prev: theirs.head.hash };
  const isKnown = !isSame && (await store.isOwnPlace(context.database, node, place));
  const isAhead = theirs.head.epoch > head.epoch || (theirs.head.epoch === head.epoch && theirs.head.seq > head.seq);
  if (isKnown && isAhead && attempt < 3) return compareWithHub(context, attempt + 1);
  const standing = isSame && differences.length === 0 ? 'synchronised' : isKnown ? 'behind' : 'diverged';
  const cause = standing === 'diverged' ? (isSame ? 'records-differ' : 'hub-is-ahead') : null;
  await context.database.transaction((tx) =>
    store.saveStanding(tx, { standing, cause, differences, manifest: answer.manifest }),
  );
  if (standing !== 'synchronised') forgetPlace(context);
  if (standing === 'behind') await context.jobs.wake('deliver');
  if (standing === 'diverged') {
    context.log.error(
      { code: `diverged-${cause}`, records: differences.length },
      'this node and the hub hold different things',
    );
  }
  return standing;
}

/** Sends the texts of records that the hub lost or altered once more, to be built anew. Gives the records that were. */
export async function repairRecords(context: Context, records: readonly string[]): Promise<readonly string[]> {
  const hub = await context.network.hub();
  const repaired: string[] = [];
  // One after another: a text may be as large as a request.
  for (const item of await store.newestItemsOf(context.database, records)) {
    repaired.push(...(await hub.repair([item])).repaired);
  }
  return repaired;
}

/** Whether a failure of comparing is the hub's or the network's, to be said in a sentence. */
export function isUnanswered(error: unknown): error is HubProblem | ProtocolError {
  return error instanceof HubProblem || error instanceof ProtocolError;
}

function verifiedAnswer({ manifest, chunks }: ComparisonResponse, { node, hub }: Membership) {
  const theirs = verifyManifest(manifest, (kid) => hub.keys.get(kid));
  if (theirs.by !== 'hub' || theirs.node !== node || theirs.hub !== hub.id || !isDigestOf(theirs, chunks)) {
    throw new ProtocolError('manifest-invalid');
  }
  return theirs;
}

async function nameDifferences(hub: HubClient, holdings: Holdings, chunks: readonly string[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const chunk of chunks) {
    const there = new Map((await hub.chunk(chunk)).holdings.map((held) => [held.record, held]));
    const here = new Map(
      [...holdings.values()].filter(({ record }) => record.endsWith(chunk)).map((held) => [held.record, held]),
    );
    for (const record of new Set([...here.keys(), ...there.keys()])) {
      const difference = { record, here: here.get(record) ?? null, there: there.get(record) ?? null };
      if (JSON.stringify(digestChunks(one(difference.here))) === JSON.stringify(digestChunks(one(difference.there))))
        continue;
      differences.push(difference);
    }
    if (differences.length >= differencesAtMost) break;
  }
  return differences.slice(0, differencesAtMost);
}

function one<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}

function countsOf(holdings: Holdings): { shared: number; withdrawn: number } {
  const shared = [...holdings.values()].filter(({ state }) => state === 'shared').length;
  return { shared, withdrawn: holdings.size - shared };
}
