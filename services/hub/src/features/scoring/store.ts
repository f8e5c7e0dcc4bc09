import { type Database, newId } from '@practice-exchange/platform';
import { type LearningRecord, sha256, startOfEpoch, wholeNetwork } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { addIndexTasks, insertPublications, saveLearning, saveRecords } from '../ingest/store.ts';

type Db = Database<HubSchema>;

/** An authority and its node, in whose name a collection is shared. */
export async function insertOwner(db: Db): Promise<{ node: string; authority: string }> {
  const [node, authority] = [newId(), newId()];
  await db.transaction(async (tx) => {
    await tx.db
      .insertInto('authority')
      .values({
        id: authority,
        name: 'A test collection',
        ons_code: 'E99999999',
        region: 'london',
        type: 'county',
        child_population: 1,
      })
      .execute();
    await tx.db
      .insertInto('member')
      .values({
        node,
        authority,
        state: 'live',
        may_publish: true,
        is_served: true,
        live_at: new Date(),
        last_hash: startOfEpoch(node, 1).hash,
      })
      .execute();
  });
  return { node, authority };
}

/** What an ingest of these records leaves behind: their publications, the records, what is served, and the index tasks. */
export async function insertShared(
  db: Db,
  { node, authority }: { node: string; authority: string },
  firstSeq: number,
  records: readonly { id: string; content: LearningRecord }[],
): Promise<void> {
  const rows = records.map(({ id, content }, i) => ({ id, content, place: { node, epoch: 1, seq: firstSeq + i } }));
  await db.transaction(async (tx) => {
    await insertPublications(
      tx,
      rows.map(({ id, place }) => ({
        ...place,
        op: 'publish',
        record: id,
        revision: 1,
        hash: sha256(id),
        prev: '',
        envelope: '',
        synthetic: false,
      })),
    );
    await saveRecords(
      tx,
      rows.map(({ id }) => ({
        id,
        node,
        kind: 'learning' as const,
        revision: 1,
        audience: wholeNetwork,
        state: 'shared' as const,
        synthetic: false,
      })),
    );
    await saveLearning(
      tx,
      rows.map(({ id, content, place }) => ({ ...place, id, authority, revision: 1, audience: wholeNetwork, content })),
    );
    await addIndexTasks(
      tx,
      rows.map(({ id, place }) => ({ ...place, record: id, task: 'index' as const, canary: null })),
    );
  });
}
