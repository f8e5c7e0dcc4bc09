import type { Database } from '@practice-exchange/platform';
import type { Audience, CompactJws, Viewer } from '@practice-exchange/protocol';
import { type SqlBool, sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audienceIn } from '../keys/holding-back-store.ts';
import { audienceOfRow } from '../learning/audience-columns.ts';

type Db = Database<HubSchema>;
type Place = { node: string; epoch: number; seq: number };

/** A narrower audience, and which envelope gives it. */
export type NewNarrowing = Place & { hash: string; record: string; revision: number; audience: Audience };

/** Keeps a narrowing: with `ahead`, the envelope, it holds from now on, whatever the log says of the audience meanwhile. */
export async function insertNarrowing(
  tx: Db,
  { audience, ...narrowing }: NewNarrowing,
  ahead: CompactJws | null,
): Promise<void> {
  await tx.db
    .insertInto('narrowing')
    .values({
      ...narrowing,
      audience: JSON.stringify(audience),
      ahead_envelope: ahead,
      ended_at: ahead === null ? sql<Date>`now()` : null,
      purged_at: null,
      certificate: null,
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}

export async function findNarrowing(db: Db, hash: string) {
  return db.db.selectFrom('narrowing').selectAll().where('hash', '=', hash).executeTakeFirst();
}

/** The newest narrowing of a node's record. */
export async function newestNarrowing(db: Db, node: string, record: string) {
  return db.db
    .selectFrom('narrowing')
    .selectAll()
    .where('record', '=', record)
    .where('node', '=', node)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The log has come to a place: what narrowed the record ahead of it, and ahead of earlier ones, holds no more. */
export async function endUpTo(tx: Db, { node, epoch, seq }: Place, record: string): Promise<void> {
  await tx.db
    .updateTable('narrowing')
    .set({ ended_at: sql<Date>`now()` })
    .where('record', '=', record)
    .where('node', '=', node)
    .where('ended_at', 'is', null)
    .where(sql<SqlBool>`(epoch, seq) <= (${epoch}, ${seq})`)
    .execute();
}

/**
 * Ends the narrowings of a record that is withdrawn; those that nothing proves yet are forgotten, as its withdrawal is proved
 * instead. Gives whether any held ahead of its place.
 */
export async function endAll(tx: Db, record: string): Promise<boolean> {
  const ended = await tx.db
    .updateTable('narrowing')
    .set({ ended_at: sql<Date>`now()` })
    .where('record', '=', record)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  await forgetUnproved(tx, record);
  return ended.numUpdatedRows > 0n;
}

/** Forgets narrowings of a record that nothing proves, and that a later publication has overtaken. */
export async function forgetUnproved(tx: Db, record: string, hash?: string): Promise<void> {
  let unproved = tx.db.deleteFrom('narrowing').where('record', '=', record).where('purged_at', 'is', null);
  if (hash !== undefined) unproved = unproved.where('hash', '=', hash);
  await unproved.execute();
}

/** Forgets the narrowings of places at which they were rejected. Gives the records. */
export async function forgetAt(tx: Db, places: readonly Place[]): Promise<string[]> {
  const records = new Set<string>();
  for (const { node, epoch, seq } of places) {
    const rows = await tx.db
      .deleteFrom('narrowing')
      .where('node', '=', node)
      .where('epoch', '=', epoch)
      .where('seq', '=', seq)
      .where('ended_at', 'is', null)
      .returning('record')
      .execute();
    for (const { record } of rows) records.add(record);
  }
  return [...records];
}

/** To whom a record is served now, and from which place; undefined when nothing of it is. */
export async function servedNow(tx: Db, record: string) {
  const row = await tx.db
    .selectFrom('learning_record')
    .select(['node', 'authority', 'epoch', 'seq', 'audience_scope', 'audience_regions', 'audience_authorities'])
    .where('id', '=', record)
    .executeTakeFirst();
  if (!row) return undefined;
  const { node, authority, epoch, seq } = row;
  return { node, authority, epoch, seq, audience: audienceOfRow(row) };
}

export type Served = NonNullable<Awaited<ReturnType<typeof servedNow>>>;

/** Every authority that an audience of a record in the log ever named. */
export async function namedEver(db: Db, record: string): Promise<Set<string>> {
  const rows = await db.db.selectFrom('publication').select('envelope').where('record', '=', record).execute();
  const audiences = rows.map(({ envelope }) => audienceIn(envelope));
  return new Set(audiences.flatMap((audience) => (audience?.scope === 'authorities' ? audience.authorities : [])));
}

/** Serves a record to the audience of what applied, within what narrows it: the database sees to that. */
export async function serveWithin(tx: Db, record: string): Promise<void> {
  await sql`
    update learning_record set
      audience_scope = r.audience ->> 'scope',
      audience_regions = array(select jsonb_array_elements_text(coalesce(r.audience -> 'regions', '[]'))),
      audience_authorities = array(select jsonb_array_elements_text(coalesce(r.audience -> 'authorities', '[]'))::uuid)
    from record r where r.id = ${record} and learning_record.id = r.id and r.audience is not null
  `.execute(tx.db);
}

/** Narrowings that have still to be proved, oldest first, without those named: the index has been told, and those whom they exclude are asked for. */
export async function narrowingsToProve(db: Db, limit: number, without: readonly string[]) {
  return db.db
    .selectFrom('narrowing as n')
    .selectAll('n')
    .where('n.purged_at', 'is', null)
    .where(sql<SqlBool>`n.hash <> all (${[...without]}::text[])`)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('index_task as t').select('t.record').whereRef('t.record', '=', 'n.record'))),
    )
    .orderBy('n.hidden_at')
    .limit(limit)
    .execute();
}

export async function markNarrowingProved(tx: Db, hash: string, certificate: string, at: Date): Promise<boolean> {
  const updated = await tx.db
    .updateTable('narrowing')
    .set({ purged_at: at, certificate })
    .where('hash', '=', hash)
    .where('purged_at', 'is', null)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** The title of a record that is served. */
export async function titleOf(db: Db, record: string): Promise<string> {
  const { title } = await db.db
    .selectFrom('learning_record')
    .select(sql<string>`content ->> 'title'`.as('title'))
    .where('id', '=', record)
    .executeTakeFirstOrThrow();
  return title;
}

/** Everybody who is served. */
export async function viewersServed(db: Db): Promise<Viewer[]> {
  return db.db
    .selectFrom('member as m')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .select(['a.id as authority', 'a.region'])
    .where('m.is_served', '=', true)
    .orderBy('a.id')
    .execute();
}
