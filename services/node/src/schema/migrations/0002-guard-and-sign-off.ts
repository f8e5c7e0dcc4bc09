import { type Kysely, sql } from 'kysely';

/**
 * The rest of what the database holds about sign-off: the deny-list belongs to what an edition was checked against, the
 * second person answers before seeing findings, every finding that may stay has a reason, the state of a review is earned
 * by what was signed, and the bytes in the publication log are the ones that were approved.
 */
export const guardAndSignOff = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`alter table case_review add column deny_version integer not null default 0`,
      sql`create table deny_entry (
        id uuid primary key,
        review uuid not null references case_review,
        kind text not null check (kind in ('person', 'address', 'school', 'other')),
        value text not null check (length(trim(value)) between 2 and 200),
        added_by uuid not null references person,
        by_second_reader boolean not null default false,
        created_at timestamptz not null default now()
      )`,
      sql`create unique index deny_entry_once on deny_entry (review, lower(value))`,
      sql`create function deny_list_counts_on() returns trigger language plpgsql as $$
        begin
          update case_review set deny_version = deny_version + 1
            where id = case when tg_op = 'DELETE' then old.review else new.review end;
          return null;
        end $$`,
      sql`create trigger deny_list_counts_on after insert or update or delete on deny_entry
        for each row execute function deny_list_counts_on()`,
      // One row per review: what the guard said of its working text last, and about which version of text and list.
      sql`create table working_check (
        review uuid primary key references case_review,
        review_version integer not null,
        deny_version integer not null,
        guard_version text not null,
        failure text check (failure in ('out-of-time', 'broke-off')),
        attempts integer not null default 1,
        findings jsonb not null,
        risk jsonb,
        checked_at timestamptz not null default now(),
        constraint a_failure_finds_nothing check (failure is null or findings = '[]')
      )`,
      sql`alter table edition add column deny_version integer not null default 0, add column risk jsonb`,
      sql`create function edition_is_checked() returns trigger language plpgsql as $$
        declare of_review case_review;
        begin
          select * into of_review from case_review where id = new.review;
          if new.review_version <> of_review.version or new.deny_version <> of_review.deny_version
            or new.number <> 1 + coalesce((select max(number) from edition where review = new.review), 0) then
            raise exception 'an edition is the next snapshot of the newest text' using errcode = 'check_violation';
          end if;
          if not new.blocked and (
            new.risk is null or coalesce((new.risk ->> 'k')::numeric, 0) < 3
            or exists (select from jsonb_array_elements(new.findings) f where f ->> 'severity' = 'block')
          ) then
            raise exception 'the anonymisation guard blocks this edition' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger edition_is_checked before insert on edition
        for each row execute function edition_is_checked()`,
      sql`create function edition_is_newest(of_review uuid, of_edition integer) returns boolean language sql stable as $$
        select count(*) = 1
        from edition e join case_review r on r.id = e.review and r.version = e.review_version
        where e.review = of_review and e.number = of_edition
          and not exists (select 1 from edition newer where newer.review = of_review and newer.number > of_edition)
      $$`,
      sql`create or replace function edition_is_current(of_review uuid, of_edition integer) returns boolean language sql stable as $$
        select edition_is_newest(of_review, of_edition) and exists (
          select from edition e join case_review r on r.id = e.review and r.deny_version = e.deny_version
          where e.review = of_review and e.number = of_edition
        )
      $$`,
      // What the second person answered after the clean text and before any finding was shown. It is never taken back.
      sql`create table second_reading (
        review uuid not null,
        edition integer not null,
        content_hash text not null,
        person uuid not null references person,
        answer text not null check (answer in ('nobody', 'perhaps', 'somebody')),
        account text,
        created_at timestamptz not null default now(),
        primary key (review, edition, person),
        foreign key (review, edition, content_hash) references edition (review, number, content_hash),
        constraint doubt_is_explained check (answer = 'nobody' or length(trim(coalesce(account, ''))) > 0)
      )`,
      sql`create trigger second_reading_never_changes before update or delete on second_reading
        for each row execute function refuse_change()`,
      sql`create function second_reading_is_allowed() returns trigger language plpgsql as $$
        begin
          if not edition_is_newest(new.review, new.edition) then
            raise exception 'the case review has changed since this edition' using errcode = 'check_violation';
          end if;
          if new.person = (select author from case_review where id = new.review) then
            raise exception 'the second person is not the author' using errcode = 'check_violation';
          end if;
          if not exists (select from person where id = new.person and active and 'reviewer' = any (roles)) then
            raise exception 'the second person is not a reviewer' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger second_reading_is_allowed before insert on second_reading
        for each row execute function second_reading_is_allowed()`,
      sql`alter table sign_off add column finding_reasons jsonb not null default '{}'`,
      sql`alter table sign_off drop constraint second_person_answers`,
      sql`alter table sign_off add constraint second_person_answers
        check (part <> 'second-person' or decision <> 'approved' or intruder_answer = 'nobody') not valid`,
      sql`create or replace function sign_off_is_current() returns trigger language plpgsql as $$
        declare signed edition;
        begin
          -- A return needs no newer check: the list may have grown by what this reader missed in it.
          if not edition_is_newest(new.review, new.edition)
            or (new.decision = 'approved' and not edition_is_current(new.review, new.edition)) then
            raise exception 'the case review has changed since this edition' using errcode = 'check_violation';
          end if;
          select * into signed from edition where review = new.review and number = new.edition;
          if new.decision = 'approved' and signed.blocked then
            raise exception 'the anonymisation guard blocks this edition' using errcode = 'check_violation';
          end if;
          if new.part = 'author' then
            if not exists (select from person where id = new.person and active and 'author' = any (roles)) then
              raise exception 'the author no longer writes case reviews' using errcode = 'check_violation';
            end if;
            return new;
          end if;
          if not exists (select from person where id = new.person and active and 'reviewer' = any (roles)) then
            raise exception 'the second person is not a reviewer' using errcode = 'check_violation';
          end if;
          if not exists (
            select from second_reading s
            where s.review = new.review and s.edition = new.edition and s.content_hash = new.content_hash
              and s.person = new.person and (new.decision <> 'approved' or s.answer = new.intruder_answer)
          ) then
            raise exception 'the second person has not answered the question about this edition' using errcode = 'check_violation';
          end if;
          if new.decision = 'approved' and exists (
            select from jsonb_array_elements(signed.findings) f
            where f ->> 'severity' = 'block-unless-reason'
              and length(trim(coalesce(new.finding_reasons ->> (f ->> 'entity'), ''))) = 0
          ) then
            raise exception 'a finding has neither gone nor been given a reason' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create function approvals_of(of_review uuid, of_edition integer) returns bigint language sql stable as $$
        select count(*)
        from sign_off s join person p on p.id = s.person and p.active
        where s.review = of_review and s.edition = of_edition and s.decision = 'approved'
          and (s.part = 'author' or 'reviewer' = any (p.roles))
      $$`,
      sql`create function review_state_is_earned() returns trigger language plpgsql as $$
        declare newest integer;
        begin
          if row(new.id, new.author, new.record) is distinct from row(old.id, old.author, old.record) then
            raise exception 'a case review keeps its author and its record' using errcode = 'check_violation';
          end if;
          if new.version < old.version or new.deny_version < old.deny_version then
            raise exception 'versions only go up' using errcode = 'check_violation';
          end if;
          if new.working is distinct from old.working
            and (new.version = old.version or new.state not in ('draft', 'returned')) then
            raise exception 'an edit makes a new version and voids both approvals' using errcode = 'check_violation';
          end if;
          if new.state is not distinct from old.state and new.published_edition is not distinct from old.published_edition then
            return new;
          end if;
          select max(number) into newest from edition where review = new.id;
          if new.state in ('in-review', 'approved') and not (
            coalesce(edition_is_current(new.id, newest), false)
            and approvals_of(new.id, newest) = case new.state when 'approved' then 2 else 1 end
          ) then
            raise exception 'the approvals for this state are missing' using errcode = 'check_violation';
          end if;
          if new.state = 'published' and not exists (
            select from publication p
            where p.review = new.id and p.edition = new.published_edition and p.op in ('publish', 'revise')
          ) then
            raise exception 'nothing of this edition is in the publication log' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger review_state_is_earned before update on case_review
        for each row execute function review_state_is_earned()`,
      // A last look that needs no guard: a listed name, as it was listed, is in none of the words that would leave.
      sql`create function names_somebody_listed(of_review uuid, content jsonb) returns boolean language sql stable as $$
        select exists (
          select from deny_entry d, jsonb_path_query(content, 'strict $.** ? (@.type() == "string")') as words
          where d.review = of_review and d.value ~ '[[:upper:][:digit:]]'
            and words #>> '{}' ~ (
              '(^|\\W)' || regexp_replace(regexp_replace(trim(d.value), '([^[:alnum:][:space:]])', '\\\\\\1', 'g'), '[[:space:]]+', '\\s+', 'g') || '(\\W|$)'
            )
        )
      $$`,
      sql`create or replace function publication_is_signed_off() returns trigger language plpgsql as $$
        declare signed edition;
        begin
          if new.op not in ('publish', 'revise') then
            return new;
          end if;
          if not edition_is_current(new.review, new.edition) then
            raise exception 'the case review has changed since this edition' using errcode = 'check_violation';
          end if;
          select * into signed from edition where review = new.review and number = new.edition;
          if signed.blocked then
            raise exception 'the anonymisation guard blocks this edition' using errcode = 'check_violation';
          end if;
          if approvals_of(new.review, new.edition) <> 2 then
            raise exception 'two approvals of this edition are needed' using errcode = 'check_violation';
          end if;
          if not exists (select from person where id = new.publisher and active and 'publisher' = any (roles)) then
            raise exception 'only a publisher publishes' using errcode = 'check_violation';
          end if;
          if new.body is null or convert_from(new.body, 'UTF8')::jsonb is distinct from signed.content then
            raise exception 'the body is not the content that was approved' using errcode = 'check_violation';
          end if;
          if names_somebody_listed(new.review, signed.content) then
            raise exception 'the content holds a name from the list of this case' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create function published_words_stay() returns trigger language plpgsql as $$
        begin
          if (new.body is not null and new.body is distinct from old.body)
            or (new.salt is not null and new.salt is distinct from old.salt)
            or row(new.content_hash, new.publisher) is distinct from row(old.content_hash, old.publisher) then
            raise exception 'a published body may only be destroyed' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger published_words_stay before update on publication
        for each row execute function published_words_stay()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
