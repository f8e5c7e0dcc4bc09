import { type Kysely, sql } from 'kysely';

/** How far the hub holds this node's log, as it said last: after a restore that may be further than the log goes here. */
export const placeAtTheHub = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table membership add column hub_epoch integer, add column hub_seq bigint`.execute(db);
  },
};
