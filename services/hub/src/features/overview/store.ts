import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

/** What the network holds now, whole and without any breakdown by which a record could be told. */
export async function countShared(database: Database<HubSchema>) {
  const { db } = database;
  const [learning, statements, members] = await Promise.all([
    db
      .selectFrom('learning_record')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('practice_statement')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('member')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('is_served', '=', true)
      .executeTakeFirstOrThrow(),
  ]);
  return { learning: learning.count, statements: statements.count, members: members.count };
}

/** Each authority with the newest quarter that it has returned. */
export async function listReturned(database: Database<HubSchema>) {
  return database.db
    .selectFrom('authority as a')
    .leftJoin('caseload_return as r', 'r.authority', 'a.id')
    .select(['a.name', 'a.region', 'a.prevalence_band'])
    .select((eb) => eb.fn.max('r.quarter').as('newest_quarter'))
    .groupBy(['a.id'])
    .orderBy('a.name')
    .execute();
}
