import { type Kysely, sql } from 'kysely';

/** What waits for a person at the hub, and what is needed to prove that a withdrawn record is gone. */
export const quarantineAndWithdrawing = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`alter table record drop constraint record_state_check`,
      sql`alter table record add constraint record_state_check check (state in ('held', 'shared', 'withdrawn'))`,
      sql`create table quarantined_publication (
        id uuid primary key,
        node uuid not null,
        epoch integer not null,
        seq bigint not null,
        op text not null,
        record uuid,
        audience jsonb,
        reason text not null,
        marks jsonb not null,
        content bytea,
        salt bytea,
        held_at timestamptz not null default now(),
        outcome text check (outcome in ('released', 'refused', 'ended')),
        decided_at timestamptz,
        decided_by uuid references person,
        unique (node, epoch, seq),
        foreign key (node, epoch, seq) references publication,
        constraint what_is_decided_keeps_no_body check (outcome is null or (content is null and salt is null)),
        constraint decided_once check ((outcome is null) = (decided_at is null))
      )`,
      sql`create index quarantined_and_waiting on quarantined_publication (record, epoch, seq) where outcome is null`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
