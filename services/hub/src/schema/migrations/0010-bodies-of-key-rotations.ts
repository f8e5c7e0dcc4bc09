import { type Kysely, sql } from 'kysely';

/** The body of a `rotate-key` is kept too: a node that has lost the key learns of it again by this alone. */
export const bodiesOfKeyRotations = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table body alter column record drop not null`.execute(db);
  },
};
