import type { Database } from '@practice-exchange/platform';
import type { PrevalenceBand } from '@practice-exchange/vocabulary';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { type BandCuts, type CountedQuarter, quartersForBand } from './prevalence-band.ts';

type Db = Database<HubSchema>;

/** Where the bands are cut now. */
export async function currentCuts(db: Db): Promise<BandCuts> {
  const row = await db.db
    .selectFrom('prevalence_cut')
    .select(['medium', 'high'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return { medium: Number(row.medium), high: Number(row.high) };
}

export type BandDecision = { medium: number; high: number; reason: string; decidedAt: Date };

/** Every cut there has been with its reason, the one that holds first. */
export async function bandHistory(db: Db): Promise<BandDecision[]> {
  const rows = await db.db
    .selectFrom('prevalence_cut')
    .select(['medium', 'high', 'reason', 'decided_at'])
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    medium: Number(row.medium),
    high: Number(row.high),
    reason: row.reason,
    decidedAt: row.decided_at,
  }));
}

export async function insertCut(tx: Db, cut: BandCuts & { reason: string; decidedBy: string }): Promise<number> {
  const row = await tx.db
    .insertInto('prevalence_cut')
    .values({
      medium: String(cut.medium),
      high: String(cut.high),
      reason: cut.reason,
      decided_by: cut.decidedBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Authorities with their bands and the newest quarters that bands look at, newest first. One authority, or all. */
export async function countedQuarters(
  tx: Db,
  authority?: string,
): Promise<{ id: string; band: PrevalenceBand | null; quarters: CountedQuarter[] }[]> {
  let query = tx.db
    .selectFrom('authority as a')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('caseload_return as r')
          .select([
            'r.quarter',
            sql<number>`(r.content ->> 'referrals')::integer`.as('referrals'),
            sql<number>`(r.content ->> 'childPopulation')::integer`.as('childPopulation'),
          ])
          .whereRef('r.authority', '=', 'a.id')
          .orderBy('r.quarter', 'desc')
          .limit(quartersForBand)
          .as('q'),
      (join) => join.onTrue(),
    )
    .select(['a.id', 'a.prevalence_band', 'q.referrals', 'q.childPopulation'])
    .orderBy('a.id')
    .orderBy('q.quarter', 'desc');
  if (authority !== undefined) query = query.where('a.id', '=', authority);
  const found = new Map<string, { id: string; band: PrevalenceBand | null; quarters: CountedQuarter[] }>();
  for (const row of await query.execute()) {
    const known = found.get(row.id) ?? { id: row.id, band: row.prevalence_band, quarters: [] };
    if (row.referrals !== null && row.childPopulation !== null) {
      known.quarters.push({ referrals: row.referrals, childPopulation: row.childPopulation });
    }
    found.set(row.id, known);
  }
  return [...found.values()];
}

export async function setBand(tx: Db, authorities: readonly string[], band: PrevalenceBand | null): Promise<void> {
  if (authorities.length === 0) return;
  await tx.db
    .updateTable('authority')
    .set({ prevalence_band: band })
    .where('id', 'in', [...authorities])
    .execute();
}

/** Has the index learn the new band of everything that these authorities share. */
export async function indexAgain(tx: Db, authorities: readonly string[]): Promise<void> {
  if (authorities.length === 0) return;
  await sql`
    insert into index_task (record, node, epoch, seq, task, canary)
    select id, node, epoch, seq, 'index', null from learning_record where authority in (${sql.join([...authorities])})
    order by id
    on conflict (record) do update set asked = default
  `.execute(tx.db);
}

/** How many authorities are in each band now. */
export async function countBands(db: Db): Promise<{ band: PrevalenceBand | null; count: number }[]> {
  return db.db
    .selectFrom('authority')
    .select((eb) => ['prevalence_band as band', eb.fn.countAll<number>().as('count')])
    .groupBy('prevalence_band')
    .execute();
}
