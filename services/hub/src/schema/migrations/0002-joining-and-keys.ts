import { type Kysely, sql } from 'kysely';

/** A member's way into the network and out of it, keys that overlap and are given up, and records that no reader ever sees. */
export const joiningAndKeys = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`alter table member drop constraint member_state_check`,
      sql`update member set state = 'awaiting-fingerprint' where state = 'enrolled'`,
      sql`alter table member add constraint member_state_check check (
        state in ('awaiting-fingerprint', 'conformance', 'live', 'frozen', 'suspended', 'expelled')
      )`,
      sql`alter table member
        add column state_before text,
        add column live_at timestamptz,
        add column recovery_kid text,
        add column recovery_jwk jsonb,
        add column recovered_by text,
        add column receipts_read bigint not null default 0,
        add constraint suspended_from_somewhere check ((state = 'suspended') = (state_before is not null))`,
      sql`update member set live_at = enrolled_at where state <> 'awaiting-fingerprint'`,
      // An authority whose node was expelled may join again with another.
      sql`alter table member drop constraint member_authority_key`,
      sql`create unique index member_of_authority on member (authority) where state <> 'expelled'`,
      sql`alter table member_key
        add column not_trusted_after_epoch integer,
        add column retired_at timestamptz,
        add column added_epoch integer,
        add column added_seq bigint,
        add constraint not_trusted_after_a_place
          check ((not_trusted_after_epoch is null) = (not_trusted_after_seq is null))`,
      sql`create index member_key_of_node on member_key (node, added_at)`,
      sql`alter table publication add column synthetic boolean not null default false`,
      sql`create index publication_of_conformance on publication (node, epoch, seq) where synthetic`,
      sql`alter table record add column synthetic boolean not null default false`,
      sql`create function synthetic_is_never_served() returns trigger language plpgsql as $$
        begin
          if (select synthetic from record where id = new.id) then
            raise exception 'a synthetic record is shown to nobody' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger synthetic_is_never_served before insert or update on learning_record
        for each row execute function synthetic_is_never_served()`,
      sql`alter table invitation
        add column issued_by uuid references person,
        add column revoked_at timestamptz`,
      sql`alter table hub_key
        add column until timestamptz,
        add column succession text,
        alter column sealed_private_jwk drop not null`,
      sql`create index audit_of_subject on audit_entry (subject, id)`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
