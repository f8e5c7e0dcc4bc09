import type { Database } from '@practice-exchange/platform';
import type { Audience, Operation } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { Mark } from '../ingest/decide.ts';

type Db = Database<HubSchema>;
type Place = { node: string; epoch: number; seq: number };

export type Held = Place & {
  id: string;
  op: string;
  record: string | null;
  audience: Audience | null;
  reason: string;
  marks: readonly Mark[];
  content: Buffer | null;
  salt: Buffer | null;
};

export async function insertHeld(tx: Db, rows: readonly Held[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('quarantined_publication')
    .values(
      rows.map((row) => ({
        ...row,
        audience: row.audience === null ? null : JSON.stringify(row.audience),
        marks: JSON.stringify(row.marks),
        outcome: null,
        decided_at: null,
        decided_by: null,
      })),
    )
    .execute();
}

/** The audiences of what waits, newest first. */
export async function waitingAudiences(tx: Db, records: readonly string[]) {
  return tx.db
    .selectFrom('quarantined_publication')
    .select(['record', 'op', 'audience'])
    .where('record', 'in', [...records])
    .where('outcome', 'is', null)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .execute();
}

/** What has to be known of a publication to answer it. */
export type Waiting = Place & {
  id: string;
  op: Operation;
  record: string | null;
  revision: number | null;
  hash: string;
};

function waiting(db: Db) {
  return db.db
    .selectFrom('quarantined_publication as q')
    .innerJoin('publication as p', (join) =>
      join.onRef('p.node', '=', 'q.node').onRef('p.epoch', '=', 'q.epoch').onRef('p.seq', '=', 'q.seq'),
    )
    .where('q.outcome', 'is', null)
    .orderBy('q.epoch')
    .orderBy('q.seq');
}

/** What waits of a record before a place, in the order of the log. */
export async function waitingBefore(tx: Db, record: string, { epoch, seq }: Place): Promise<Waiting[]> {
  const rows = await waiting(tx)
    .select(['q.id', 'q.node', 'q.epoch', 'q.seq', 'q.op', 'q.record', 'p.revision', 'p.hash'])
    .where('q.record', '=', record)
    .where((eb) => eb.or([eb('q.epoch', '<', epoch), eb.and([eb('q.epoch', '=', epoch), eb('q.seq', '<', seq)])]))
    .execute();
  return rows.map((row) => ({ ...row, op: row.op as Operation }));
}

/** Which node sent a publication that is or was in quarantine. */
export async function nodeOf(db: Db, id: string): Promise<string | undefined> {
  const row = await db.db.selectFrom('quarantined_publication').select('node').where('id', '=', id).executeTakeFirst();
  return row?.node;
}

/** All that is decided together with a publication that waits: what waits of the same record, in the order of the log. */
export async function waitingTogether(db: Db, id: string) {
  const rows = await waiting(db)
    .innerJoin('member as m', 'm.node', 'q.node')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .selectAll('q')
    .select(['p.revision', 'p.hash', 'p.envelope', 'm.authority', 'a.name as authority_name'])
    .where((eb) =>
      eb.or([
        eb('q.id', '=', id),
        eb(
          'q.record',
          '=',
          eb.selectFrom('quarantined_publication as asked').select('asked.record').where('asked.id', '=', id),
        ),
      ]),
    )
    .execute();
  return rows.map((row) => ({ ...row, op: row.op as Operation }));
}

export type Together = Awaited<ReturnType<typeof waitingTogether>>[number];

/** Everything that waits, the longest first; its words are left out. */
export async function listWaiting(db: Db) {
  return waiting(db)
    .clearOrderBy()
    .innerJoin('member as m', 'm.node', 'q.node')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .select(['q.id', 'q.op', 'q.record', 'q.reason', 'q.marks', 'q.held_at', 'a.name as authority_name'])
    .orderBy('q.held_at')
    .orderBy('q.seq')
    .execute();
}

/** Ends the waiting of publications and destroys the bodies that were kept for it. */
export async function closeWaiting(
  tx: Db,
  ids: readonly string[],
  decision: { outcome: 'released' | 'refused' | 'ended'; by: string | null },
): Promise<void> {
  tx.assertTransaction();
  if (ids.length === 0) return;
  await tx.db
    .updateTable('quarantined_publication')
    .set({ content: null, salt: null, outcome: decision.outcome, decided_at: new Date(), decided_by: decision.by })
    .where('id', 'in', [...ids])
    .execute();
}

/** The keys that a node has or had, by id. */
export async function keysOf(tx: Db, node: string) {
  return tx.db.selectFrom('member_key').select(['kid', 'jwk']).where('node', '=', node).execute();
}
