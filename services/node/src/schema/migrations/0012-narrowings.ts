import { type Kysely, sql } from 'kysely';

/** Narrower audiences go ahead of the log too, and are proved to those whom they exclude. */
export const narrowings = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table narrowing (
        hash text primary key references publication (hash) on delete cascade,
        asked_by uuid references person,
        tried_at timestamptz,
        hidden_at timestamptz,
        purged_at timestamptz,
        certificate text,
        constraint proved_by_certificate check ((purged_at is null) = (certificate is null))
      )`,
      // What the hub took ahead of places that the log lost in a restore may be a narrower audience as well.
      sql`alter table withdrawn_ahead rename to taken_ahead`,
      sql`alter table taken_ahead drop constraint withdrawn_ahead_pkey`,
      sql`alter table taken_ahead add primary key (envelope)`,
      sql`alter table taken_ahead add column op text not null default 'withdraw' check (op in ('withdraw', 'rescope'))`,
      sql`alter table taken_ahead alter column op drop default`,
      sql`create or replace function review_is_withdrawn_by_its_log() returns trigger language plpgsql as $$
        begin
          if old.state in ('withdrawn', 'removed') and new.state is distinct from old.state then
            raise exception 'a withdrawn case review never returns' using errcode = 'check_violation';
          end if;
          -- A log that lost its end in a restore still knows what the hub took ahead of it.
          if new.state in ('withdrawn', 'removed') and old.state not in ('withdrawn', 'removed')
            and not exists (select from publication p where p.record = new.record and p.op = 'withdraw')
            and not exists (select from taken_ahead a where a.record = new.record and a.op = 'withdraw') then
            raise exception 'nothing in the publication log withdraws this case review' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
