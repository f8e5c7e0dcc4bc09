import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** Locks a record of the node that is shared until the transaction ends; false when there is none. */
export async function lockShared(tx: Db, node: string, id: string): Promise<boolean> {
  tx.assertTransaction();
  const row = await tx.db
    .selectFrom('record')
    .select('id')
    .where('id', '=', id)
    .where('node', '=', node)
    .where('kind', '=', 'learning')
    .where('state', '=', 'shared')
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** The newest publication of a record that applied, and the newest of those that carry a body. */
export async function newestApplied(tx: Db, node: string, record: string) {
  const rows = await tx.db
    .selectFrom('publication as p')
    .select(['p.epoch', 'p.seq', 'p.op', 'p.revision', 'p.hash', 'p.envelope'])
    .where('p.node', '=', node)
    .where('p.record', '=', record)
    .where((eb) =>
      eb(
        eb
          .selectFrom('receipt as r')
          .select('r.state')
          .whereRef('r.node', '=', 'p.node')
          .whereRef('r.epoch', '=', 'p.epoch')
          .whereRef('r.seq', '=', 'p.seq')
          .orderBy('r.position', 'desc')
          .limit(1),
        'not in',
        ['rejected', 'quarantined'],
      ),
    )
    .orderBy('p.epoch', 'desc')
    .orderBy('p.seq', 'desc')
    .execute();
  return { last: rows[0], withBody: rows.find(({ op }) => op === 'publish' || op === 'revise') };
}

/** Keeps a body and its salt where they were lost or altered. */
export async function bodiesAgain(
  tx: Db,
  body: { node: string; epoch: number; seq: number; record: string; content: Uint8Array; salt: Uint8Array },
): Promise<void> {
  const bytes = { content: Buffer.from(body.content), salt: Buffer.from(body.salt) };
  const { node, epoch, seq, record } = body;
  await tx.db
    .insertInto('body')
    .values({ node, epoch, seq, record, ...bytes })
    .onConflict((conflict) => conflict.columns(['node', 'epoch', 'seq']).doUpdateSet(bytes))
    .execute();
}
