import { advisoryLock, type Database } from '@practice-exchange/platform';
import { type Audience, isInAudience, type Operation } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;
type Place = { node: string; epoch: number; seq: number };

/** Destroys what the database holds of a record's content. Gives a phrase of it, by which other stores can be probed. */
export async function destroyContent(tx: Db, record: string): Promise<string | null> {
  const learning = await tx.db
    .deleteFrom('learning_record')
    .where('id', '=', record)
    .returning('content')
    .executeTakeFirst();
  const statement = await tx.db
    .deleteFrom('practice_statement')
    .where('record', '=', record)
    .returning('content')
    .executeTakeFirst();
  await tx.db.deleteFrom('caseload_return').where('record', '=', record).execute();
  await tx.db.deleteFrom('body').where('record', '=', record).execute();
  return learning?.content.title ?? statement?.content.responsible.account ?? null;
}

export async function insertWithdrawal(
  tx: Db,
  {
    ahead = null,
    narrowedTo,
    ...withdrawal
  }: Place & {
    record: string;
    revision: number;
    hash: string;
    notice: string | null;
    phrase: string | null;
    ahead?: string | null;
    narrowedTo: Audience | null;
  },
): Promise<void> {
  await tx.db
    .insertInto('withdrawal')
    .values({
      ...withdrawal,
      narrowed_to: narrowedTo && JSON.stringify(narrowedTo),
      ahead_envelope: ahead,
      purged_at: null,
      certificate: null,
    })
    .execute();
}

export async function insertTombstoneDue(
  tx: Db,
  due: {
    record: string;
    why: 'withdrawn' | 'narrowed';
    owner: string;
    seenBy: Audience;
    stillSeenBy: Audience | null;
  },
): Promise<void> {
  const { seenBy, stillSeenBy, ...row } = due;
  await tx.db
    .insertInto('tombstone_due')
    .values({
      ...row,
      seen_by: JSON.stringify(seenBy),
      still_seen_by: stillSeenBy === null ? null : JSON.stringify(stillSeenBy),
    })
    .execute();
}

/** A withdrawal that has still to be purged and certified. */
export type ToPurge = Place & {
  op: Operation;
  record: string;
  revision: number;
  hash: string;
  phrase: string | null;
  hiddenAt: Date;
  asked: number;
};

export async function withdrawalsToPurge(db: Db, limit: number): Promise<ToPurge[]> {
  const rows = await db.db
    .selectFrom('index_task as t')
    .innerJoin('withdrawal as w', 'w.record', 't.record')
    .select([
      't.node',
      't.epoch',
      't.seq',
      'w.record',
      'w.revision',
      'w.hash',
      'w.phrase',
      'w.hidden_at as hiddenAt',
      't.asked',
    ])
    .where('t.task', '=', 'remove')
    .orderBy('t.created_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, op: 'withdraw' }));
}

export async function markPurged(tx: Db, record: string, certificate: string, at: Date): Promise<void> {
  await tx.db
    .updateTable('withdrawal')
    .set({ purged_at: at, certificate, phrase: null })
    .where('record', '=', record)
    .execute();
}

/** The withdrawal of a record, if it was withdrawn. */
export async function findWithdrawal(db: Db, record: string) {
  return db.db.selectFrom('withdrawal').selectAll().where('record', '=', record).executeTakeFirst();
}

/** Of the withdrawals with these hashes, those that came ahead of their place in the log. */
export async function withdrawnAhead(tx: Db, hashes: readonly string[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await tx.db
    .selectFrom('withdrawal')
    .select('hash')
    .where('hash', 'in', [...hashes])
    .where('ahead_envelope', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.hash));
}

/** How many nodes were told to remove what they keep of a record, since a time, and how many have confirmed. */
export async function copiesOf(db: Db, record: string, since?: Date): Promise<{ told: number; confirmed: number }> {
  let tombstones = db.db
    .selectFrom('tombstone')
    .select((eb) => [eb.fn.countAll<number>().as('told'), eb.fn.count<number>('confirmed_at').as('confirmed')])
    .where('record', '=', record);
  if (since) tombstones = tombstones.where('at', '>=', since);
  const row = await tombstones.executeTakeFirstOrThrow();
  return { told: row.told, confirmed: row.confirmed };
}

/**
 * Gives each tombstone that is due to the nodes that saw its record and no longer do; never to its owner's. Positions
 * count for each node by itself, so that nobody can tell from gaps how much others were told. Gives whether any was due.
 */
export async function giveTombstones(database: Db, limit: number): Promise<boolean> {
  return database.transaction(async (tx) => {
    // One giver at a time, so that the positions of a node have no gaps and none appears behind a cursor.
    await advisoryLock(tx, 'tombstones');
    const due = await tx.db.selectFrom('tombstone_due').selectAll().orderBy('id').limit(limit).execute();
    if (due.length === 0) return false;
    const members = await tx.db
      .selectFrom('member as m')
      .innerJoin('authority as a', 'a.id', 'm.authority')
      .select(['m.node', 'a.id as authority', 'a.region'])
      .where('m.is_served', '=', true)
      .execute();
    for (const { record, why, owner, at, seen_by: seenBy, still_seen_by: stillSeenBy } of due) {
      const nodes = members
        .filter(
          (viewer) =>
            viewer.authority !== owner &&
            isInAudience(seenBy, owner, viewer) &&
            !(stillSeenBy && isInAudience(stillSeenBy, owner, viewer)),
        )
        .map(({ node }) => node);
      if (nodes.length === 0) continue;
      await sql`
        insert into tombstone (node, position, record, why, at)
        select node, coalesce((select max(position) from tombstone t where t.node = told.node), 0) + 1, ${record}, ${why}, ${at}
        from unnest(${nodes}::uuid[]) as told (node)`.execute(tx.db);
    }
    await tx.db
      .deleteFrom('tombstone_due')
      .where(
        'id',
        'in',
        due.map(({ id }) => id),
      )
      .execute();
    return true;
  });
}

/** A node's tombstones after a position, oldest first. */
export async function tombstonesAfter(db: Db, node: string, after: number, limit: number) {
  return db.db
    .selectFrom('tombstone')
    .select(['position', 'record', 'why', 'at'])
    .where('node', '=', node)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
}

/** Notes that a node keeps nothing of the records up to a position. Gives how many were new. */
export async function confirmTombstones(db: Db, node: string, upTo: number): Promise<number> {
  const updated = await db.db
    .updateTable('tombstone')
    .set({ confirmed_at: sql<Date>`now()` })
    .where('node', '=', node)
    .where('position', '<=', upTo)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}
