import { type Kysely, sql } from 'kysely';

/** While a hub is built anew, ids of records stay with those whom the registry names. */
export const recordOwners = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table record_owner (record uuid primary key, node uuid not null references member)`.execute(db);
  },
};
