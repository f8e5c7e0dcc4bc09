import { type Kysely, sql } from 'kysely';

/** Requests of those who are no members yet are counted for all processes of the hub together. */
export const strangers = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table stranger_contact (
        stranger text primary key,
        minute timestamptz not null,
        requests integer not null
      )`,
      sql`drop table index_generation`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
