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
      sql`alter table receipt add column certificate text`,
      // One row per record that was taken back: when it was hidden, when every store was found empty of it.
      sql`create table withdrawal (
        record uuid primary key references record,
        node uuid not null references member,
        epoch integer not null,
        seq bigint not null,
        revision integer not null,
        hash text not null,
        notice text,
        phrase text,
        ahead_envelope text,
        hidden_at timestamptz not null default now(),
        purged_at timestamptz,
        certificate text,
        constraint what_is_purged_keeps_no_words check (purged_at is null or phrase is null),
        constraint purged_by_certificate check ((purged_at is null) = (certificate is null))
      )`,
      // Records that somebody can no longer see, until the nodes concerned have a row of their own.
      sql`create table tombstone_due (
        id bigint generated always as identity primary key,
        record uuid not null,
        why text not null check (why in ('withdrawn', 'narrowed')),
        owner uuid not null,
        seen_by jsonb not null,
        still_seen_by jsonb,
        at timestamptz not null default now()
      )`,
      sql`create table tombstone (
        node uuid not null references member,
        position bigint not null,
        record uuid not null,
        why text not null,
        at timestamptz not null,
        confirmed_at timestamptz,
        primary key (node, position)
      )`,
      sql`create index tombstone_of_record on tombstone (record)`,
      sql`create table member_contact (
        node uuid primary key references member,
        heard_at timestamptz not null,
        minute timestamptz not null,
        requests integer not null,
        undelivered bigint,
        receipts_after bigint
      )`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
