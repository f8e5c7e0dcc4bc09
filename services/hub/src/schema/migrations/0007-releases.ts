import { type Kysely, sql } from 'kysely';

/**
 * What the database itself holds about releases: nobody approves what they prepared, an approval binds the content that
 * was looked at, nothing changes once approved, and a draft never outlives a withdrawal of something that it counts.
 */
export const releases = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table release (
        id uuid primary key,
        quarter text not null check (quarter ~ '^20[0-9]{2}-Q[1-4]$'),
        version integer not null check (version > 0),
        name text not null generated always as (quarter || '-v' || version::text) stored,
        state text not null default 'building' check (state in ('building', 'draft', 'approved', 'failed', 'discarded')),
        note text,
        prepared_by uuid not null references person,
        prepared_at timestamptz not null default now(),
        built_on uuid references release,
        progress jsonb,
        failure text,
        cut_at timestamptz,
        content_hash text,
        coverage jsonb,
        audit jsonb,
        utility jsonb,
        approved_by uuid references person,
        approved_hash text,
        approved_at timestamptz,
        audit_note text,
        constraint a_correction_says_what_changed check (version = 1 or length(trim(coalesce(note, ''))) > 0),
        constraint nobody_approves_their_own check (approved_by <> prepared_by),
        constraint approved_as_seen check (
          state <> 'approved' or (approved_by is not null and approved_at is not null and approved_hash is not null
            and content_hash is not null and approved_hash = content_hash and coverage is not null
            and cut_at is not null and audit is not null)
        ),
        constraint only_the_approved_is_approved check (state = 'approved' or num_nonnulls(approved_by, approved_hash, approved_at) = 0)
      )`,
      sql`create unique index release_name_once on release (quarter, version) where state = 'approved'`,
      sql`create unique index release_one_at_a_time on release ((true)) where state in ('building', 'draft')`,
      sql`create table release_table (
        release uuid not null references release,
        table_id text not null,
        position integer not null,
        specification jsonb not null,
        cells jsonb not null,
        primary key (release, table_id)
      )`,
      // Private: the true counts behind a draft, for the analysts who preview it. Gone when it is approved or discarded.
      sql`create table release_decision (
        release uuid not null references release,
        table_id text not null,
        decisions jsonb not null,
        primary key (release, table_id)
      )`,
      // Private: what the next release must know of this one and all before it.
      sql`create table release_record (
        release uuid primary key references release,
        record jsonb not null
      )`,
      sql`create function release_hash(of_release uuid) returns text language sql stable as $$
        select encode(sha256(convert_to(
          string_agg(t.table_id || ' ' || t.specification::text || ' ' || t.cells::text, E'\n' order by t.table_id), 'UTF8'
        )), 'hex')
        from release_table t where t.release = of_release
      $$`,
      sql`create function latest_release() returns uuid language sql stable as $$
        select id from release where state = 'approved' order by approved_at desc, id desc limit 1
      $$`,
      sql`create function release_moves_forward() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' then
            raise exception 'a release is never deleted' using errcode = 'check_violation';
          end if;
          if old.state in ('approved', 'discarded', 'failed') then
            raise exception 'a release that is % never changes', old.state using errcode = 'check_violation';
          end if;
          if row(new.id, new.quarter, new.version, new.prepared_by, new.prepared_at, new.built_on, new.note)
            is distinct from row(old.id, old.quarter, old.version, old.prepared_by, old.prepared_at, old.built_on, old.note) then
            raise exception 'what a release is about never changes' using errcode = 'check_violation';
          end if;
          if new.state <> old.state and not (
            (old.state = 'building' and new.state in ('draft', 'failed', 'discarded'))
            or (old.state = 'draft' and new.state in ('approved', 'discarded'))
          ) then
            raise exception 'a release does not go from % to %', old.state, new.state using errcode = 'check_violation';
          end if;
          if old.state = 'draft' and row(new.content_hash, new.coverage, new.audit, new.utility, new.cut_at)
            is distinct from row(old.content_hash, old.coverage, old.audit, old.utility, old.cut_at) then
            raise exception 'a draft is built anew, never changed' using errcode = 'check_violation';
          end if;
          if new.state = 'approved' then
            if not exists (select from person where id = new.approved_by and active and 'analyst' = any (roles)) then
              raise exception 'only an analyst approves a release' using errcode = 'check_violation';
            end if;
            if release_hash(new.id) is distinct from new.approved_hash then
              raise exception 'the tables are not the ones that were looked at' using errcode = 'check_violation';
            end if;
            if new.built_on is distinct from latest_release() then
              raise exception 'another release was approved since this one was built' using errcode = 'check_violation';
            end if;
            if not coalesce((new.audit ->> 'passed')::boolean, false) and length(trim(coalesce(new.audit_note, ''))) = 0 then
              raise exception 'the audit did not pass and nobody said why that is right' using errcode = 'check_violation';
            end if;
          end if;
          return new;
        end $$`,
      sql`create trigger release_moves_forward before update or delete on release
        for each row execute function release_moves_forward()`,
      sql`create function release_begins_as_a_draft() returns trigger language plpgsql as $$
        begin
          if new.state <> 'building' then
            raise exception 'a release begins by being built' using errcode = 'check_violation';
          end if;
          if not exists (select from person where id = new.prepared_by and active and 'analyst' = any (roles)) then
            raise exception 'only an analyst prepares a release' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger release_begins_as_a_draft before insert on release
        for each row execute function release_begins_as_a_draft()`,
      sql`create function release_content_is_frozen() returns trigger language plpgsql as $$
        declare of_release release;
        begin
          select * into of_release from release where id = case when tg_op = 'DELETE' then old.release else new.release end;
          if tg_op = 'INSERT' and of_release.state <> 'building' then
            raise exception 'tables belong to a release while it is built' using errcode = 'check_violation';
          end if;
          if tg_op = 'UPDATE' or (tg_op = 'DELETE' and of_release.state = 'approved') then
            raise exception 'the content of a release never changes' using errcode = 'check_violation';
          end if;
          return case when tg_op = 'DELETE' then old else new end;
        end $$`,
      sql`create trigger release_table_is_frozen before insert or update or delete on release_table
        for each row execute function release_content_is_frozen()`,
      sql`create trigger release_record_is_frozen before insert or update or delete on release_record
        for each row execute function release_content_is_frozen()`,
      sql`create function release_drops_what_it_no_longer_needs() returns trigger language plpgsql as $$
        begin
          if new.state = old.state then
            return null;
          end if;
          if new.state in ('approved', 'discarded', 'failed') then
            delete from release_decision where release = new.id;
          end if;
          if new.state in ('discarded', 'failed') then
            delete from release_table where release = new.id;
            delete from release_record where release = new.id;
          end if;
          return null;
        end $$`,
      sql`create trigger release_drops_what_it_no_longer_needs after update on release
        for each row execute function release_drops_what_it_no_longer_needs()`,
      // Learning that only some may see is in no national number, so that its withdrawal changes none.
      sql`create function is_counted(kind text, audience jsonb) returns boolean language sql immutable as $$
        select kind <> 'learning' or coalesce(audience ->> 'scope', 'network') = 'network'
      $$`,
      // In the transaction of the withdrawal: from its commit on, no draft counts what was taken back.
      sql`create function withdrawal_discards_drafts() returns trigger language plpgsql as $$
        begin
          if new.state = 'withdrawn' and old.state <> 'withdrawn' and is_counted(old.kind, old.audience) then
            update release set state = 'discarded', failure = 'withdrawal' where state in ('building', 'draft');
          end if;
          return null;
        end $$`,
      sql`create trigger withdrawal_discards_drafts after update on record
        for each row execute function withdrawal_discards_drafts()`,
      // For those whom it now excludes, a narrower audience is a withdrawal.
      sql`create function narrowing_discards_drafts() returns trigger language plpgsql as $$
        begin
          if old.audience_scope = 'network' and new.audience_scope <> 'network' then
            update release set state = 'discarded', failure = 'withdrawal' where state in ('building', 'draft');
          end if;
          return null;
        end $$`,
      sql`create trigger narrowing_discards_drafts after update of audience_scope on learning_record
        for each row execute function narrowing_discards_drafts()`,
      sql`create index if not exists publication_of_record on publication (record)`,
      sql`create index record_withdrawn on record (changed_at) where state = 'withdrawn'`,
      sql`create table prevalence_cut (
        id bigint generated always as identity primary key,
        medium numeric(6, 2) not null check (medium > 0),
        high numeric(6, 2) not null,
        reason text not null check (length(trim(reason)) between 10 and 1000),
        decided_by uuid references person,
        decided_at timestamptz not null default now(),
        constraint high_is_above_medium check (high > medium)
      )`,
      sql`create trigger prevalence_cut_never_changes before update or delete on prevalence_cut
        for each row execute function refuse_change()`,
      sql`insert into prevalence_cut (medium, high, reason)
        values (2, 4, 'The cuts with which the network began: two and four referrals a year for each 10,000 children.')`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
