import { type Kysely, sql } from 'kysely';

/**
 * Caseload returns before they leave: what is being filled in, and each signed revision for good. What enters the
 * publication log is exactly what a lead signed.
 */
export const returns = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table return_working (
        quarter text primary key check (quarter ~ '^20[0-9]{2}-Q[1-4]$'),
        content jsonb not null,
        version integer not null default 1,
        note text,
        prepared_by uuid not null references person,
        updated_at timestamptz not null default now()
      )`,
      sql`create table return_edition (
        quarter text not null,
        revision integer not null check (revision > 0),
        record uuid not null,
        content jsonb not null,
        acknowledged jsonb not null default '[]',
        note text,
        prepared_by uuid not null references person,
        signed_by uuid not null references person,
        signed_at timestamptz not null default now(),
        primary key (quarter, revision),
        unique (record, revision)
      )`,
      sql`insert into return_edition (quarter, revision, record, content, prepared_by, signed_by, signed_at)
        select convert_from(p.body, 'UTF8')::jsonb ->> 'quarter', p.revision, p.record,
          convert_from(p.body, 'UTF8')::jsonb, a.person, a.person, p.created_at
        from publication p
        join audit_entry a on a.action = 'return-published' and a.subject = p.record::text
          and (a.detail ->> 'revision')::integer = p.revision and a.person is not null
        where p.op = 'return' and p.body is not null
        on conflict do nothing`,
      sql`create function return_is_signed_by_a_lead() returns trigger language plpgsql as $$
        begin
          if not exists (select from person where id = new.signed_by and active and 'lead' = any (roles)) then
            raise exception 'only a lead signs a return' using errcode = 'check_violation';
          end if;
          if new.content ->> 'quarter' is distinct from new.quarter then
            raise exception 'a return is of its own quarter' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger return_is_signed_by_a_lead before insert on return_edition
        for each row execute function return_is_signed_by_a_lead()`,
      sql`create trigger return_edition_never_changes before update or delete on return_edition
        for each row execute function refuse_change()`,
      // What was signed may be written again, in a later epoch and under a later revision.
      sql`create function published_return_is_signed() returns trigger language plpgsql as $$
        begin
          if new.op = 'return' and not exists (
            select from return_edition e
            where e.record = new.record and new.body is not null and e.content = convert_from(new.body, 'UTF8')::jsonb
          ) then
            raise exception 'the body is not the return that a lead signed' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger published_return_is_signed before insert on publication
        for each row when (not new.recovered) execute function published_return_is_signed()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
