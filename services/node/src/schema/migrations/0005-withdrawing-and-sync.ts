import { type Kysely, sql } from 'kysely';

/** Taking back what was shared, letting go of what others took back, and knowing how the way to the hub is. */
export const withdrawingAndSync = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`alter table receipt add column certificate text`,
      sql`create table withdrawal (
        review uuid primary key references case_review,
        record uuid not null unique,
        kind text not null check (kind in ('withdrawn', 'removed')),
        reason text not null,
        asked_by uuid not null references person,
        asked_at timestamptz not null default now(),
        sent_ahead_at timestamptz
      )`,
      // A review is withdrawn by its log and by nothing else, and never comes back.
      sql`create function review_is_withdrawn_by_its_log() returns trigger language plpgsql as $$
        begin
          if old.state in ('withdrawn', 'removed') and new.state is distinct from old.state then
            raise exception 'a withdrawn case review never returns' using errcode = 'check_violation';
          end if;
          -- A log that lost its end in a restore still knows what the hub took ahead of it.
          if new.state in ('withdrawn', 'removed') and old.state not in ('withdrawn', 'removed')
            and not exists (select from publication p where p.record = new.record and p.op = 'withdraw')
            and not exists (select from withdrawn_ahead a where a.record = new.record) then
            raise exception 'nothing in the publication log withdraws this case review' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger review_is_withdrawn_by_its_log before update on case_review
        for each row execute function review_is_withdrawn_by_its_log()`,
      sql`create table sync_state (
        only_row boolean primary key default true check (only_row),
        heard_at timestamptz,
        problem_code text,
        problem_at timestamptz,
        tombstone_position bigint not null default 0,
        tombstone_confirmed bigint not null default 0
      )`,
      sql`insert into sync_state default values`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
