import { type Kysely, sql } from 'kysely';

/**
 * The rules that matter most are held by the database itself, so that no route, script or later mistake can pass them:
 * an edition never changes, a second person is never the author, both approvals bind the same content, and a learning
 * record enters the publication log only with both approvals.
 */
export const reviewsAndPublications = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table person (
        id uuid primary key,
        subject text not null unique,
        name text not null,
        job_title text not null,
        roles text[] not null,
        active boolean not null default true,
        created_at timestamptz not null default now()
      )`,
      sql`create table session (
        token_hash text primary key,
        person uuid not null references person,
        started_at timestamptz not null,
        seen_at timestamptz not null,
        notice jsonb
      )`,
      sql`create table case_review (
        id uuid primary key,
        record uuid not null unique,
        author uuid not null references person,
        state text not null check (state in ('draft', 'in-review', 'returned', 'approved', 'published', 'withdrawn', 'removed')),
        working jsonb not null,
        version integer not null default 1,
        published_edition integer,
        published_revision integer,
        published_audience jsonb,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (id, author)
      )`,
      sql`create table edition (
        review uuid not null references case_review,
        number integer not null check (number > 0),
        author uuid not null,
        review_version integer not null,
        content jsonb not null,
        audience jsonb not null,
        content_hash text not null,
        guard_version text not null,
        findings jsonb not null,
        blocked boolean not null,
        created_at timestamptz not null default now(),
        primary key (review, number),
        unique (review, number, content_hash),
        foreign key (review, author) references case_review (id, author)
      )`,
      sql`create function refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% is append-only', tg_table_name using errcode = 'check_violation';
        end $$`,
      sql`create trigger edition_never_changes before update or delete on edition
        for each row execute function refuse_change()`,
      sql`create table sign_off (
        review uuid not null,
        edition integer not null,
        content_hash text not null,
        author uuid not null,
        person uuid not null references person,
        part text not null check (part in ('author', 'second-person')),
        decision text not null check (decision in ('approved', 'returned')),
        intruder_answer text,
        reason text,
        created_at timestamptz not null default now(),
        primary key (review, edition, part),
        foreign key (review, edition, content_hash) references edition (review, number, content_hash),
        foreign key (review, author) references case_review (id, author),
        constraint author_signs_own_part check (part <> 'author' or person = author),
        constraint second_person_is_not_the_author check (part <> 'second-person' or person <> author),
        constraint return_has_a_reason check (decision <> 'returned' or length(trim(coalesce(reason, ''))) > 0),
        constraint second_person_answers check (part <> 'second-person' or decision <> 'approved' or intruder_answer is not null)
      )`,
      sql`create trigger sign_off_never_changes before update or delete on sign_off
        for each row execute function refuse_change()`,
      sql`create function edition_is_current(of_review uuid, of_edition integer) returns boolean language sql stable as $$
        select count(*) = 1
        from edition e join case_review r on r.id = e.review and r.version = e.review_version
        where e.review = of_review and e.number = of_edition
          and not exists (select 1 from edition newer where newer.review = of_review and newer.number > of_edition)
      $$`,
      sql`create function sign_off_is_current() returns trigger language plpgsql as $$
        begin
          if not edition_is_current(new.review, new.edition) then
            raise exception 'the case review has changed since this edition' using errcode = 'check_violation';
          end if;
          if new.decision = 'approved' and (select blocked from edition where review = new.review and number = new.edition) then
            raise exception 'the anonymisation guard blocks this edition' using errcode = 'check_violation';
          end if;
          if new.part = 'second-person'
            and not exists (select 1 from person where id = new.person and active and 'reviewer' = any (roles)) then
            raise exception 'the second person is not a reviewer' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger sign_off_is_current before insert on sign_off
        for each row execute function sign_off_is_current()`,
      sql`create table signing_key (
        kid text primary key,
        public_jwk jsonb not null,
        sealed_private_jwk bytea not null,
        created_at timestamptz not null default now()
      )`,
      sql`create table membership (
        only_row boolean primary key default true check (only_row),
        node uuid not null,
        authority uuid not null,
        hub_id text not null,
        hub_url text not null,
        hub_keys jsonb not null,
        epoch integer not null,
        enrolled_at timestamptz not null default now()
      )`,
      sql`create table publication (
        epoch integer not null,
        seq bigint not null check (seq > 0),
        op text not null,
        record uuid,
        revision integer,
        hash text not null unique,
        prev text not null,
        envelope text not null,
        body bytea,
        salt bytea,
        review uuid references case_review,
        edition integer,
        content_hash text,
        publisher uuid references person,
        created_at timestamptz not null default now(),
        delivered_at timestamptz,
        primary key (epoch, seq),
        foreign key (review, edition, content_hash) references edition (review, number, content_hash),
        constraint learning_names_its_edition check (op not in ('publish', 'revise') or (edition is not null and publisher is not null))
      )`,
      sql`create index publication_outbox on publication (epoch, seq) where delivered_at is null`,
      sql`create index publication_of_record on publication (record, epoch, seq)`,
      sql`create function publication_is_signed_off() returns trigger language plpgsql as $$
        begin
          if new.op not in ('publish', 'revise') then
            return new;
          end if;
          if not edition_is_current(new.review, new.edition) then
            raise exception 'the case review has changed since this edition' using errcode = 'check_violation';
          end if;
          if (
            select count(*) from sign_off s join person p on p.id = s.person and p.active
            where s.review = new.review and s.edition = new.edition and s.content_hash = new.content_hash and s.decision = 'approved'
              and (s.part = 'author' or 'reviewer' = any (p.roles))
          ) <> 2 then
            raise exception 'two approvals of this edition are needed' using errcode = 'check_violation';
          end if;
          if not exists (select 1 from person where id = new.publisher and active and 'publisher' = any (roles)) then
            raise exception 'only a publisher publishes' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger publication_is_signed_off before insert on publication
        for each row execute function publication_is_signed_off()`,
      sql`create function publication_is_gapless() returns trigger language plpgsql as $$
        declare last record;
        begin
          select seq, hash into last from publication where epoch = new.epoch order by seq desc limit 1;
          if new.seq <> coalesce(last.seq, 0) + 1 or (last.hash is not null and new.prev <> last.hash) then
            raise exception 'the publication log has no gaps' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger publication_is_gapless before insert on publication
        for each row execute function publication_is_gapless()`,
      sql`create function publication_stays() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' or row(new.epoch, new.seq, new.op, new.record, new.revision, new.hash, new.prev, new.envelope, new.review, new.edition)
            is distinct from row(old.epoch, old.seq, old.op, old.record, old.revision, old.hash, old.prev, old.envelope, old.review, old.edition) then
            raise exception 'publication is append-only' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger publication_stays before update or delete on publication
        for each row execute function publication_stays()`,
      sql`create table document (
        kind text not null check (kind in ('statement', 'return')),
        name text not null,
        record uuid not null unique,
        primary key (kind, name)
      )`,
      sql`create table receipt (
        position bigint primary key,
        epoch integer not null,
        seq bigint not null,
        state text not null,
        reason text,
        jws text not null,
        received_at timestamptz not null default now()
      )`,
      sql`create index receipt_of_publication on receipt (epoch, seq, position)`,
      sql`create table audit_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        person uuid references person,
        action text not null,
        subject_type text not null,
        subject text not null,
        detail jsonb not null default '{}'
      )`,
      sql`create trigger audit_never_changes before update or delete on audit_entry
        for each row execute function refuse_change()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
