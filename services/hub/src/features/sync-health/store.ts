import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** Every member with when it was heard, what it says of its own queue, and how far it reads its receipts and since when not; by name. */
export async function membersHeard(db: Db) {
  return db.db
    .selectFrom('member as m')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .leftJoin('member_contact as c', 'c.node', 'm.node')
    .select(['m.node', 'm.state', 'm.enrolled_at', 'm.last_heard_at', 'm.last_receipt', 'a.name'])
    .leftJoin('receipt as r', (join) =>
      join.onRef('r.node', '=', 'm.node').on('r.position', '=', (eb) => eb('c.receipts_after', '+', 1) as never),
    )
    .select(['c.heard_at', 'c.undelivered', 'c.undelivered_since', 'c.receipts_after', 'r.created_at as unread_since'])
    .orderBy('a.name')
    .execute();
}

/** Takes a node out of its freeze; false when it was not frozen. */
export async function unfreeze(tx: Db, node: string): Promise<boolean> {
  tx.assertTransaction();
  const updated = await tx.db
    .updateTable('member')
    .set({ state: 'live', may_publish: true })
    .where('node', '=', node)
    .where('state', '=', 'frozen')
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}
