import { type Kysely, sql } from 'kysely';

/** Reports that somebody could be recognised: those made here, on their way or answered, and those of our own records. */
export const riskReports = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table risk_report (
        id uuid primary key,
        side text not null check (side in ('made', 'received', 'own')),
        record uuid not null,
        how text,
        says text,
        made_by uuid references person,
        by_name text,
        made_at timestamptz not null default now(),
        sent_at timestamptz,
        tried_at timestamptz,
        problem text,
        state text not null default 'open' check (state in ('open', 'withdrawn', 'revised', 'narrowed', 'kept', 'closed')),
        acted text check (acted in ('withdrawn', 'revised', 'narrowed')),
        answer text,
        answered_by uuid references person,
        answer_sent_at timestamptz,
        settled_at timestamptz,
        constraint settled_at_some_time check ((state = 'open') = (settled_at is null)),
        constraint words_go_together check ((how is null) = (says is null)),
        constraint no_words_of_what_is_gone check (says is null or (state not in ('withdrawn', 'closed') and acted is distinct from 'withdrawn'))
      )`,
      sql`create index risk_report_of_record on risk_report (record)`,
      sql`create index risk_report_open on risk_report (made_at) where state = 'open'`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
