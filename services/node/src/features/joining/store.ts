import type { Database } from '@practice-exchange/platform';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** Whether the publication log holds anything. */
export async function hasPublished(db: Db): Promise<boolean> {
  return (await db.db.selectFrom('publication').select('seq').limit(1).executeTakeFirst()) !== undefined;
}

/** A publication of a conformance run, with its receipts in order. */
export type RehearsedPublication = {
  op: string;
  record: string;
  receipts: { state: string; reason: string | null; at: Date }[];
};

/** The newest conformance run of this node: its publications in order. */
export async function newestRun(db: Db): Promise<RehearsedPublication[]> {
  const newest = await db.db
    .selectFrom('publication')
    .select('record')
    .where('synthetic', '=', true)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!newest?.record) return [];
  const rows = await db.db
    .selectFrom('publication as p')
    .leftJoin('receipt as r', (join) => join.onRef('r.epoch', '=', 'p.epoch').onRef('r.seq', '=', 'p.seq'))
    .select(['p.op', 'p.epoch', 'p.seq', 'r.state', 'r.reason', 'r.received_at'])
    .where('p.synthetic', '=', true)
    .where('p.record', '=', newest.record)
    .orderBy('p.epoch')
    .orderBy('p.seq')
    .orderBy('r.position')
    .execute();
  const { record } = newest;
  return [...Map.groupBy(rows, ({ epoch, seq }) => `${epoch}:${seq}`).values()].map((publication) => ({
    op: publication[0]?.op ?? '',
    record,
    receipts: publication.flatMap(({ state, reason, received_at: at }) => (state && at ? [{ state, reason, at }] : [])),
  }));
}
