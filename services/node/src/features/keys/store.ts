import type { Database } from '@practice-exchange/platform';
import type { LogPlace } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** The newest receipt of a publication, by its place. */
export async function newestReceiptAt(db: Db, { epoch, seq }: LogPlace) {
  return db.db
    .selectFrom('receipt')
    .select(['state', 'reason'])
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Where the log stands: its newest place, and the newest one that the hub has acknowledged. */
export async function placesOfLog(db: Db): Promise<{ newest: LogPlace | null; acknowledged: LogPlace | null }> {
  const newest = db.db
    .selectFrom('publication')
    .select(['epoch', 'seq'])
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1);
  const [last, acknowledged] = await Promise.all([
    newest.executeTakeFirst(),
    newest.where('delivered_at', 'is not', null).executeTakeFirst(),
  ]);
  return { newest: last ?? null, acknowledged: acknowledged ?? null };
}
