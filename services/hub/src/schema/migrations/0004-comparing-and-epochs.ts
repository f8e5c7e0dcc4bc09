import { type Kysely, sql } from 'kysely';

/** How each node and the hub stand, as they last compared, and the epochs that nodes have asked for. */
export const comparingAndEpochs = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create index record_of_node on record (node, id)`,
      sql`create table comparison (
        node uuid primary key references member,
        standing text not null check (standing in ('synchronised', 'behind', 'diverged')),
        compared_at timestamptz not null default now(),
        epoch integer not null,
        seq bigint not null,
        manifest text not null
      )`,
      sql`create table epoch_request (
        node uuid not null references member,
        epoch integer not null check (epoch > 1),
        request text not null,
        from_epoch integer not null,
        from_seq bigint not null,
        from_hash text not null,
        asked_at timestamptz not null default now(),
        approved_at timestamptz,
        approved_by uuid references person,
        approval text,
        primary key (node, epoch),
        constraint approved_in_writing check ((approval is null) = (approved_at is null))
      )`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
