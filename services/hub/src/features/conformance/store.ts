import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** A publication of a conformance run, with what was said of it. */
export type RehearsedPublication = {
  op: string;
  receipts: { state: string; reason: string | null; position: number; at: Date }[];
};

/** The publications of a node's newest conformance run, in order, each with its receipts. */
export async function newestRun(db: Db, node: string): Promise<RehearsedPublication[]> {
  const newest = await db.db
    .selectFrom('publication')
    .select('record')
    .where('node', '=', node)
    .where('synthetic', '=', true)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!newest) return [];
  const rows = await db.db
    .selectFrom('publication as p')
    .innerJoin('receipt as r', (join) =>
      join.onRef('r.node', '=', 'p.node').onRef('r.epoch', '=', 'p.epoch').onRef('r.seq', '=', 'p.seq'),
    )
    .select(['p.op', 'p.epoch', 'p.seq', 'r.state', 'r.reason', 'r.position', 'r.created_at'])
    .where('p.node', '=', node)
    .where('p.synthetic', '=', true)
    .where('p.record', '=', newest.record)
    .orderBy('p.epoch')
    .orderBy('p.seq')
    .orderBy('r.position')
    .execute();
  const run = Map.groupBy(rows, ({ epoch, seq }) => `${epoch}:${seq}`);
  return [...run.values()].map((publication) => ({
    op: publication[0]?.op ?? '',
    receipts: publication.map(({ state, reason, position, created_at }) => ({
      state,
      reason,
      position,
      at: created_at,
    })),
  }));
}

/** Up to which position the node has read its receipts, as far as it has said: it asked for those after it. */
export async function receiptsReadBy(db: Db, node: string): Promise<number> {
  const row = await db.db
    .selectFrom('member as m')
    .innerJoin('member_contact as c', 'c.node', 'm.node')
    .select('c.receipts_after')
    .where('m.node', '=', node)
    .whereRef('c.receipts_after', '<=', 'm.last_receipt')
    .executeTakeFirst();
  return row?.receipts_after ?? 0;
}

/** Makes a member live with both switches on; false when it is not in its conformance run. */
export async function makeLive(tx: Db, node: string): Promise<boolean> {
  const updated = await tx.db
    .updateTable('member')
    .set({ state: 'live', may_publish: true, is_served: true, live_at: new Date() })
    .where('node', '=', node)
    .where('state', '=', 'conformance')
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}
