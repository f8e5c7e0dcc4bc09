import { type Kysely, sql } from 'kysely';

/** When the search index was compared with the database is known to all processes of the hub, and any of them may ask for it. */
export const indexComparison = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table index_comparison (
      only_row boolean primary key default true check (only_row),
      asked_at timestamptz,
      compared_at timestamptz,
      mended_at timestamptz,
      indexed integer not null default 0,
      removed integer not null default 0
    )`.execute(db);
  },
};
