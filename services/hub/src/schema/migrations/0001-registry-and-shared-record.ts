import { type Kysely, sql } from 'kysely';

/**
 * What the hub owns: who takes part, every publication as it was signed, and what follows from them. A body lies apart
 * from its envelope, so that it can be destroyed while the chain of envelopes still verifies.
 */
export const registryAndSharedRecord = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table authority (
        id uuid primary key,
        name text not null,
        ons_code text not null unique,
        region text not null,
        type text not null,
        child_population integer not null check (child_population > 0),
        prevalence_band text check (prevalence_band in ('low', 'medium', 'high'))
      )`,
      sql`create table member (
        node uuid primary key,
        authority uuid not null unique references authority,
        state text not null check (state in ('enrolled', 'live', 'frozen')),
        may_publish boolean not null default false,
        is_served boolean not null default false,
        epoch integer not null default 1,
        last_seq bigint not null default 0,
        last_hash text not null,
        last_receipt bigint not null default 0,
        enrolled_at timestamptz not null default now(),
        last_heard_at timestamptz
      )`,
      sql`create table member_key (
        kid text primary key,
        node uuid not null references member,
        jwk jsonb not null,
        not_trusted_after_seq bigint,
        added_at timestamptz not null default now()
      )`,
      sql`create table invitation (
        code_hash text primary key,
        authority_name text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        used_at timestamptz,
        used_by uuid references member
      )`,
      sql`create table publication (
        node uuid not null references member,
        epoch integer not null,
        seq bigint not null check (seq > 0),
        op text not null,
        record uuid,
        revision integer,
        hash text not null unique,
        prev text not null,
        envelope text not null,
        received_at timestamptz not null default now(),
        primary key (node, epoch, seq)
      )`,
      sql`create table body (
        node uuid not null,
        epoch integer not null,
        seq bigint not null,
        record uuid not null,
        content bytea not null,
        salt bytea not null,
        primary key (node, epoch, seq),
        foreign key (node, epoch, seq) references publication
      )`,
      sql`create index body_of_record on body (record)`,
      sql`create table receipt (
        node uuid not null references member,
        position bigint not null,
        epoch integer not null,
        seq bigint not null,
        state text not null,
        reason text,
        jws text not null,
        created_at timestamptz not null default now(),
        primary key (node, position)
      )`,
      sql`create index receipt_of_publication on receipt (node, epoch, seq)`,
      sql`create table record (
        id uuid primary key,
        node uuid not null references member,
        kind text not null check (kind in ('learning', 'statement', 'return')),
        revision integer not null check (revision > 0),
        audience jsonb,
        state text not null check (state in ('shared', 'withdrawn')),
        changed_at timestamptz not null default now()
      )`,
      sql`create table learning_record (
        id uuid primary key references record,
        node uuid not null references member,
        authority uuid not null references authority,
        revision integer not null,
        epoch integer not null,
        seq bigint not null,
        audience_scope text not null check (audience_scope in ('network', 'regions', 'authorities')),
        audience_regions text[] not null default '{}',
        audience_authorities uuid[] not null default '{}',
        content jsonb not null,
        words tsvector generated always as (jsonb_to_tsvector('english', content, '["string"]')) stored,
        published_at timestamptz not null default now(),
        revised_at timestamptz not null default now(),
        foreign key (node, epoch, seq) references publication
      )`,
      sql`create index learning_record_words on learning_record using gin (words)`,
      sql`create index learning_record_by_time on learning_record (published_at desc, id)`,
      sql`create table index_task (
        record uuid primary key,
        node uuid not null,
        epoch integer not null,
        seq bigint not null,
        task text not null check (task in ('index', 'remove')),
        canary text,
        attempts integer not null default 0,
        created_at timestamptz not null default now()
      )`,
      sql`create table index_generation (
        only_row boolean primary key default true check (only_row),
        settings_version text not null,
        built_at timestamptz not null default now()
      )`,
      sql`create table practice_statement (
        authority uuid primary key references authority,
        record uuid not null unique references record,
        revision integer not null,
        content jsonb not null,
        updated_at timestamptz not null default now()
      )`,
      sql`create table caseload_return (
        authority uuid not null references authority,
        quarter text not null,
        record uuid not null unique references record,
        revision integer not null,
        content jsonb not null,
        updated_at timestamptz not null default now(),
        primary key (authority, quarter)
      )`,
      sql`create table request_seen (
        jti text primary key,
        expires_at timestamptz not null
      )`,
      sql`create index request_seen_by_expiry on request_seen (expires_at)`,
      sql`create table identity (
        only_row boolean primary key default true check (only_row),
        hub uuid not null
      )`,
      sql`create table hub_key (
        kid text primary key,
        public_jwk jsonb not null,
        sealed_private_jwk bytea not null,
        created_at timestamptz not null default now()
      )`,
      sql`create table person (
        id uuid primary key,
        subject text not null unique,
        name text not null,
        job_title text not null,
        roles text[] not null,
        active boolean not null default true
      )`,
      sql`create table session (
        token_hash text primary key,
        person uuid not null references person,
        started_at timestamptz not null,
        seen_at timestamptz not null,
        notice jsonb
      )`,
      sql`create table audit_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        person uuid references person,
        node uuid,
        action text not null,
        subject_type text not null,
        subject text not null,
        detail jsonb not null default '{}'
      )`,
      sql`create function refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% is append-only', tg_table_name using errcode = 'check_violation';
        end $$`,
      sql`create trigger publication_never_changes before update or delete on publication
        for each row execute function refuse_change()`,
      sql`create trigger audit_never_changes before update or delete on audit_entry
        for each row execute function refuse_change()`,
      sql`create function withdrawn_stays_withdrawn() returns trigger language plpgsql as $$
        begin
          if old.state = 'withdrawn' then
            raise exception 'a withdrawn record never returns' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger withdrawn_stays_withdrawn before update or delete on record
        for each row execute function withdrawn_stays_withdrawn()`,
      sql`create function only_shared_is_served() returns trigger language plpgsql as $$
        begin
          if (select state from record where id = new.id) <> 'shared' then
            raise exception 'a withdrawn record never returns' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger only_shared_is_served before insert or update on learning_record
        for each row execute function only_shared_is_served()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
