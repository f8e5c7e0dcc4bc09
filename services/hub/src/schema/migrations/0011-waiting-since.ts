import { type Kysely, sql } from 'kysely';

/** Since when a node has said, each time it asked, that something waits to be sent. */
export const waitingSince = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table member_contact add column undelivered_since timestamptz`.execute(db);
  },
};
