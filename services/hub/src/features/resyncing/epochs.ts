import { AppError, type Database } from '@practice-exchange/platform';
import {
  digestChunks,
  digestOfChunks,
  type EpochRequest,
  type EpochsResponse,
  genesisHash,
  ProtocolError,
  type PublicJwk,
  signEpochApproval,
  verifyEpochApproval,
  verifyEpochRequest,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import * as store from './store.ts';

type Context = Pick<HubContext, 'database' | 'hub'>;
type Member = { node: string; keys: ReadonlyMap<string, PublicJwk> };
type Asked = { request: string; approval?: string | undefined };

/**
 * A node asks to begin its next epoch, because it was restored from a backup. It must name the place where its log ends here,
 * and the digest of everything held up to there: it knows again what it had lost. Then a person decides. An approval that
 * this hub gave before, for the same epoch after the same place, stands: a hub that was rebuilt does not ask again.
 *
 * Throws `manifest-invalid` when the request is not this node's, and `not-reconciled` when it does not follow what is held.
 */
export async function requestEpoch(
  { database, hub }: Context,
  { node, keys }: Member,
  asked: Asked,
): Promise<EpochsResponse> {
  const request = verifyEpochRequest(asked.request, (kid) => keys.get(kid));
  if (request.node !== node || request.hub !== hub.id) throw new ProtocolError('manifest-invalid');
  return database.transaction(async (tx) => {
    const head = await store.headOf(tx, node, { lock: true });
    const known = await store.findEpochRequest(tx, node, request.epoch);
    if (known?.approval && head.epoch >= request.epoch) return { state: 'approved', approval: known.approval as never };
    if (!(await followsWhatIsHeld(tx, node, head, request))) throw new ProtocolError('not-reconciled');
    const approval = known?.approval ?? (asked.approval && approvalFor(hub, request, asked.approval)) ?? null;
    await store.saveEpochRequest(tx, { node, epoch: request.epoch, request: asked.request, from: head, approval });
    if (!approval) return { state: 'awaiting-approval', approval: null };
    await begin(tx, request, null);
    return { state: 'approved', approval: approval as never };
  });
}

async function followsWhatIsHeld(
  tx: Database<HubSchema>,
  node: string,
  head: { epoch: number; seq: number; hash: string },
  { epoch, from, digest }: EpochRequest,
): Promise<boolean> {
  const isNext =
    epoch === head.epoch + 1 && from.epoch === head.epoch && from.seq === head.seq && from.hash === head.hash;
  return isNext && digestOfChunks(digestChunks(await store.holdingsOf(tx, node))) === digest;
}

/** The approval, if it is this hub's own word about the same epoch after the same place. */
function approvalFor(hub: Context['hub'], { node, epoch, from }: EpochRequest, signed: string): string | null {
  const own = new Map(hub.keys.map(({ kid, key }) => [kid, key]));
  const approval = verifyEpochApproval(signed, (kid) => own.get(kid));
  const isSame =
    approval.hub === hub.id &&
    approval.node === node &&
    approval.epoch === epoch &&
    approval.from.epoch === from.epoch &&
    approval.from.seq === from.seq &&
    approval.from.hash === from.hash;
  return isSame ? signed : null;
}

/**
 * A person approves the epoch that a node asked for. Nothing may have come since: the node's log still ends where it said.
 * Throws `epoch-not-asked` (404) or `epoch-overtaken` (409); nothing changes then.
 */
export async function approveEpoch(
  { database, hub }: Context,
  approved: { node: string; epoch: number; operator: string | null },
): Promise<void> {
  await database.transaction(async (tx) => {
    const { node, epoch, operator } = approved;
    const head = await store.headOf(tx, node, { lock: true });
    const asked = await store.findEpochRequest(tx, node, epoch);
    if (!asked) {
      throw new AppError({
        code: 'epoch-not-asked',
        status: 404,
        title: 'Nobody asked for this',
        message: 'The node has not asked for this epoch.',
      });
    }
    const from = { epoch: asked.from_epoch, seq: asked.from_seq, hash: asked.from_hash };
    if (asked.approval || from.epoch !== head.epoch || from.seq !== head.seq || from.hash !== head.hash) {
      throw new AppError({
        code: 'epoch-overtaken',
        status: 409,
        title: 'Decided already',
        message: 'This was approved already, or the node has sent something since it asked. Nothing was changed.',
      });
    }
    const at = new Date().toISOString();
    const approval = signEpochApproval({ hub: hub.id, node, epoch, from, at }, hub.key);
    await store.approveRequest(tx, { node, epoch, approval, operator });
    await begin(tx, { node, epoch }, operator);
  });
}

async function begin(
  tx: Database<HubSchema>,
  { node, epoch }: { node: string; epoch: number },
  operator: string | null,
): Promise<void> {
  await store.beginEpoch(tx, node, epoch, genesisHash(node, epoch));
  await audit(tx, {
    person: operator,
    node,
    action: 'epoch-approved',
    subjectType: 'member',
    subject: node,
    detail: { epoch },
  });
}
