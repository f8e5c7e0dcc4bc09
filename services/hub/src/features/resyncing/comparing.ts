import {
  type ComparisonResponse,
  digestChunks,
  digestOfChunks,
  type Holding,
  isDigestOf,
  type LogResponse,
  type Manifest,
  ProtocolError,
  type PublicJwk,
  protocolLimits,
  type Standing,
  signManifest,
  verifyManifest,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import { headOf, holdingsOf, logAfter, saveComparison, takenAhead } from './store.ts';

type Context = Pick<HubContext, 'database' | 'hub' | 'log'>;
type Member = { node: string; keys: ReadonlyMap<string, PublicJwk> };
type Head = { epoch: number; seq: number; hash: string };

/**
 * Compares what a node says that the hub should hold with what it holds, and remembers how both stand. The answer is the
 * hub's own manifest, signed, so that the node can judge for itself. Throws `manifest-invalid` for a manifest of another
 * node or hub, beside the codes of `verifyManifest`.
 */
export async function compare(context: Context, { node, keys }: Member, signed: string): Promise<ComparisonResponse> {
  const theirs = verifyManifest(signed, (kid) => keys.get(kid));
  if (theirs.by !== 'node' || theirs.node !== node || theirs.hub !== context.hub.id) {
    throw new ProtocolError('manifest-invalid');
  }
  const { head, holdings } = await readAtOnce(context, node);
  const chunks = digestChunks(holdings);
  const standing = standingOf(head, theirs, isDigestOf(theirs, chunks));
  await context.database.transaction((tx) =>
    saveComparison(tx, {
      node,
      standing,
      epoch: theirs.head.epoch,
      seq: theirs.head.seq,
      manifest: signed,
    }),
  );
  if (standing === 'diverged')
    context.log.error({ code: 'diverged', node }, 'a node and the hub hold different things');
  const shared = holdings.filter(({ state }) => state === 'shared').length;
  const manifest = signManifest(
    {
      by: 'hub',
      hub: context.hub.id,
      node,
      head,
      shared,
      withdrawn: holdings.length - shared,
      digest: digestOfChunks(chunks),
      at: new Date().toISOString(),
    },
    context.hub.key,
  );
  return { manifest: manifest as never, chunks: { ...chunks }, standing };
}

/** The head and what is held at it, as of one moment. */
export function readAtOnce(
  { database }: Pick<Context, 'database'>,
  node: string,
  chunk?: string,
): Promise<{ head: Head; holdings: Holding[] }> {
  return database.transaction(
    async (tx) => ({ head: await headOf(tx, node), holdings: await holdingsOf(tx, node, chunk) }),
    { isolation: 'repeatable read' },
  );
}

function standingOf(head: Head, { head: theirs }: Manifest, isAlike: boolean): Standing {
  if (theirs.epoch === head.epoch && theirs.seq === head.seq) {
    return theirs.hash === head.hash && isAlike ? 'synchronised' : 'diverged';
  }
  // A node whose log ends where the hub's goes on has lost what came after: it was restored from a backup.
  const isAhead = theirs.epoch > head.epoch || (theirs.epoch === head.epoch && theirs.seq > head.seq);
  return isAhead ? 'behind' : 'diverged';
}

/** A node's own publications after a place, as many as fit into one answer; always at least one, where there is one. */
export async function readLog(
  { database }: Pick<Context, 'database'>,
  node: string,
  { epoch, after }: { epoch: number; after: number },
): Promise<LogResponse> {
  const items = await logAfter(database, node, { epoch, after, limit: protocolLimits.batchItems });
  let bytes = 0;
  const end = items.findIndex(({ envelope, body }) => {
    bytes += envelope.length + (body?.length ?? 0) + 200;
    return bytes > protocolLimits.requestBytes;
  });
  const ahead = await takenAhead(database, node);
  return { items: end === -1 ? items : items.slice(0, Math.max(1, end)), ahead };
}
