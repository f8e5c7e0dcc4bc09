import { type Kysely, sql } from 'kysely';

/** What the journey of writing needs: forms that came too late, suggestions that were refused, and a trail that is read by review. */
export const authoring = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table kept_form (
        token_hash text not null,
        path text not null,
        person uuid not null references person,
        sealed bytea not null,
        kept_at timestamptz not null,
        primary key (token_hash, path)
      )`,
      sql`create index kept_form_of_person on kept_form (person, kept_at)`,
      sql`create table refused_suggestion (
        review uuid not null references case_review,
        field text not null,
        code text not null,
        refused_at timestamptz not null default now(),
        primary key (review, field, code)
      )`,
      sql`create index audit_of_subject on audit_entry (subject, id)`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
