import type { Database } from '@practice-exchange/platform';
import {
  decodeBase64url,
  type OpenedPublication,
  openPublication,
  ProtocolError,
  type PublicationItem,
  type PublicJwk,
  parseCanonical,
  readEnvelope,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import { addIndexTasks, changeAudience, saveLearning } from '../ingest/store.ts';
import { bodiesAgain, lockShared, newestApplied } from './repair-store.ts';

type Context = Pick<HubContext, 'database' | 'jobs'>;
type Member = { node: string; authority: string; keys: ReadonlyMap<string, PublicJwk> };

/**
 * Builds learning records anew whose text or audience was lost or altered here, from publications that were accepted before
 * and are sent again with their bodies. Only bytes that the hub has a receipt for are taken, and only for records that are
 * shared: nothing becomes visible that was not, and nothing that was withdrawn comes back. Gives the records that it built.
 */
export async function repair(
  { database, jobs }: Context,
  { node, authority, keys }: Member,
  items: readonly PublicationItem[],
): Promise<string[]> {
  const opened = items.map((item) => {
    const publication = openPublication(item, (kid) => keys.get(kid), { node });
    if (publication.status === 'refused') throw new ProtocolError(publication.code);
    return publication;
  });
  const repaired = await database.transaction(async (tx) => {
    const built: string[] = [];
    for (const publication of opened) {
      if (publication.status === 'opened' && (await build(tx, { node, authority }, publication))) {
        built.push(publication.envelope.record ?? '');
      }
    }
    for (const record of built) {
      await audit(tx, { person: null, node, action: 'record-repaired', subjectType: 'record', subject: record });
    }
    return built;
  });
  if (repaired.length > 0) await jobs.wake('update-index');
  return repaired;
}

async function build(
  tx: Database<HubSchema>,
  owner: { node: string; authority: string },
  publication: OpenedPublication,
): Promise<boolean> {
  if (publication.op !== 'publish' && publication.op !== 'revise') return false;
  const { envelope, hash, bodyBytes, salt, body } = publication;
  const id = envelope.record;
  if (!(await lockShared(tx, owner.node, id))) return false;
  // Only the newest body of the record counts, and only if these very bytes were accepted.
  const { last, withBody } = await newestApplied(tx, owner.node, id);
  if (!last || withBody?.hash !== hash) return false;
  const { node } = owner;
  await bodiesAgain(tx, { node, epoch: envelope.epoch, seq: envelope.seq, record: id, content: bodyBytes, salt });
  const { audience } = readEnvelope(
    parseCanonical(decodeBase64url(last.envelope.split('.')[1] ?? '', 'malformed-jws')),
  );
  if (!audience) return false;
  const place = { node, epoch: last.epoch, seq: last.seq };
  const revision = last.revision ?? envelope.revision;
  await saveLearning(tx, [{ ...place, id, authority: owner.authority, revision, audience, content: body }]);
  // A row that was there keeps its audience when its text is saved.
  await changeAudience(tx, { ...place, id, revision, audience });
  await addIndexTasks(tx, [{ ...place, record: id, task: 'index', canary: null }]);
  return true;
}
