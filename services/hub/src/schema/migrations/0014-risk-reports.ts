import { type Kysely, sql } from 'kysely';

/**
 * Reports that somebody could be recognised. The database itself settles them, whatever changes the record: a withdrawal at
 * once, with every word of them destroyed; a new text or a narrower audience once the owner's node has read the report.
 */
export const riskReports = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table risk_report (
        id uuid primary key,
        node uuid not null references member,
        authority uuid not null references authority,
        record uuid not null references record,
        revision integer not null,
        how text,
        says text,
        made_at timestamptz not null default now(),
        told_at timestamptz,
        state text not null default 'open' check (state in ('open', 'withdrawn', 'revised', 'narrowed', 'kept')),
        answer text,
        settled_at timestamptz,
        settled_by text,
        constraint settled_at_some_time check ((state = 'open') = (settled_at is null)),
        constraint kept_for_a_reason check ((state = 'kept') = (answer is not null)),
        constraint words_until_withdrawn check ((state = 'withdrawn') = (says is null) and (says is null) = (how is null))
      )`,
      sql`create index risk_report_of_record on risk_report (record)`,
      sql`create index risk_report_of_authority on risk_report (authority)`,
      sql`create index risk_report_open on risk_report (made_at) where state = 'open'`,
      sql`create function withdrawal_ends_risk_reports() returns trigger language plpgsql as $$
        begin
          update risk_report set state = 'withdrawn', how = null, says = null, answer = null, settled_by = null,
            settled_at = coalesce(settled_at, now())
          where record = new.record;
          return null;
        end $$`,
      sql`create trigger withdrawal_ends_risk_reports after insert on withdrawal
        for each row execute function withdrawal_ends_risk_reports()`,
      sql`create function narrowing_settles_risk_reports() returns trigger language plpgsql as $$
        begin
          update risk_report set state = 'narrowed', settled_at = now(), settled_by = new.revision::text
          where record = new.record and state = 'open' and told_at is not null;
          return null;
        end $$`,
      sql`create trigger narrowing_settles_risk_reports after insert on narrowing
        for each row execute function narrowing_settles_risk_reports()`,
      // One that held ahead of its place and was rejected there: whoever saw the record sees it again.
      sql`create function undone_narrowing_opens_risk_reports() returns trigger language plpgsql as $$
        begin
          update risk_report set state = 'open', settled_at = null, settled_by = null
          where record = old.record and state = 'narrowed' and settled_by = old.revision::text;
          return null;
        end $$`,
      sql`create trigger undone_narrowing_opens_risk_reports after delete on narrowing
        for each row when (old.ended_at is null) execute function undone_narrowing_opens_risk_reports()`,
      // A repair writes the same revision again, and a new audience the same text: neither is an answer.
      sql`create function new_text_settles_risk_reports() returns trigger language plpgsql as $$
        begin
          update risk_report set state = 'revised', settled_at = now(), settled_by = new.revision::text
          where record = new.id and state = 'open' and told_at is not null;
          return null;
        end $$`,
      sql`create trigger new_text_settles_risk_reports after update on learning_record
        for each row when (new.revision > old.revision and new.content is distinct from old.content)
        execute function new_text_settles_risk_reports()`,
      // An earlier text is served again, to whom that was for, because the key that signed what came later is not trusted.
      sql`create function earlier_revision_opens_risk_reports() returns trigger language plpgsql as $$
        begin
          update risk_report set state = 'open', settled_at = null, settled_by = null
          where record = new.id and state in ('revised', 'narrowed') and settled_by::integer > new.revision;
          return null;
        end $$`,
      sql`create trigger earlier_revision_opens_risk_reports after update on learning_record
        for each row when (new.revision < old.revision) execute function earlier_revision_opens_risk_reports()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
