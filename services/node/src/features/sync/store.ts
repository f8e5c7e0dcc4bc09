import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { withLatestReceipt } from '../publishing/store.ts';

type Db = Database<NodeSchema>;

/** Notes that the hub has answered just now. */
export async function noteHeard(db: Db): Promise<void> {
  await db.db
    .updateTable('sync_state')
    .set({ heard_at: sql<Date>`now()`, problem_code: null, problem_at: null })
    .execute();
}

/** Notes what went wrong on the way to the hub; the first time is kept while it goes on. */
export async function noteProblem(db: Db, code: string): Promise<void> {
  await db.db
    .updateTable('sync_state')
    .set({ problem_code: code, problem_at: sql<Date>`coalesce(problem_at, now())` })
    .execute();
}

/** What is known of the way to the hub. */
export async function syncState(db: Db) {
  return db.db.selectFrom('sync_state').selectAll().executeTakeFirstOrThrow();
}

/** The outbox of an epoch: how many wait, since when, and how many were sent and are not answered. */
export async function outbox(
  db: Db,
  epoch: number,
): Promise<{ waiting: number; oldest: Date | null; unanswered: number }> {
  const row = await db.db
    .selectFrom('publication as p')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('p.delivered_at', 'is', null).as('waiting'),
      eb.fn.min('p.created_at').filterWhere('p.delivered_at', 'is', null).as('oldest'),
      eb.fn
        .countAll<number>()
        .filterWhere(({ and, not, exists, selectFrom, eb: of }) =>
          and([
            of('p.delivered_at', 'is not', null),
            not(
              exists(
                selectFrom('receipt as r')
                  .select('r.position')
                  .whereRef('r.epoch', '=', 'p.epoch')
                  .whereRef('r.seq', '=', 'p.seq'),
              ),
            ),
          ]),
        )
        .as('unanswered'),
    ])
    .where('p.epoch', '=', epoch)
    .executeTakeFirstOrThrow();
  return { waiting: row.waiting, oldest: row.oldest, unanswered: row.unanswered };
}

/** The newest publications with what the hub said last of each, newest first. Heartbeats are left out. */
export async function newestPublications(db: Db, limit: number) {
  return withLatestReceipt(db)
    .leftJoin('case_review as c', 'c.record', 'p.record')
    .select('c.id as review')
    .where('p.op', '<>', 'heartbeat')
    .limit(limit)
    .execute();
}

/** When this node last wrote anything in its log. */
export async function lastEntry(tx: Db, epoch: number): Promise<Date | null> {
  const row = await tx.db
    .selectFrom('publication')
    .select((eb) => eb.fn.max('created_at').as('at'))
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What lately became of publications: the seconds from being recorded until the hub's last word, the middle one of the newest fifty. */
export async function medianLag(db: Db, epoch: number): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from answered - created))::float8 as seconds from (
      select p.created_at as created, max(r.received_at) as answered
      from publication p join receipt r on r.epoch = p.epoch and r.seq = p.seq
      where p.epoch = ${epoch} and r.state in ('accepted', 'indexed', 'withdrawn')
      group by p.epoch, p.seq order by p.seq desc limit 50) as newest`.execute(db.db);
  return rows[0]?.seconds ?? null;
}
