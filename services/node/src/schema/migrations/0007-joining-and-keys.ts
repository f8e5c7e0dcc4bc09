import { type Kysely, sql } from 'kysely';

/**
 * Where the node stands in the network, keys that overlap and are given up, and the one way by which something enters the
 * publication log without two approvals: the two fixed texts of the conformance run, which the database knows by their digests.
 */
export const joiningAndKeys = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`alter table membership
        add column hub_name text not null default 'Practice Exchange hub',
        add column state text not null default 'awaiting-fingerprint'
          check (state in ('awaiting-fingerprint', 'conformance', 'live', 'frozen', 'suspended', 'expelled')),
        add column may_publish boolean not null default false,
        add column is_served boolean not null default false,
        add column live_at timestamptz,
        add column recovery_kid text,
        add column asked_at timestamptz,
        add column problem text`,
      sql`update membership set state = 'live', may_publish = true, is_served = true, live_at = enrolled_at`,
      sql`alter table signing_key
        add column state text not null default 'older' check (state in ('next', 'current', 'older', 'retired')),
        add column changed_at timestamptz not null default now(),
        add column added_epoch integer,
        add column added_seq bigint,
        add column recovery text,
        alter column sealed_private_jwk drop not null,
        add constraint retired_keys_are_destroyed check ((state = 'retired') = (sealed_private_jwk is null))`,
      sql`update signing_key set state = 'current'
        where kid = (select kid from signing_key order by created_at desc limit 1)`,
      sql`create unique index signing_key_current on signing_key (state) where state = 'current'`,
      sql`create unique index signing_key_next on signing_key (state) where state = 'next'`,
      sql`alter table publication add column synthetic boolean not null default false`,
      sql`alter table publication drop constraint learning_names_its_edition`,
      sql`alter table publication
        add constraint learning_names_its_edition
          check (op not in ('publish', 'revise') or recovered or synthetic or (edition is not null and publisher is not null)),
        add constraint synthetic_is_no_review check (not synthetic or (review is null and edition is null))`,
      sql`create index publication_of_conformance on publication (epoch, seq) where synthetic`,
      sql`create function synthetic_holds_a_fixed_text() returns trigger language plpgsql as $$
        begin
          if new.op in ('publish', 'revise') and (new.body is null or encode(sha256(new.body), 'hex') not in (
            '7fa7dd1332337dde0cf01deac06f93de7d123014795491270eb635da20adbb0b',
            '6d3cb09d968bb7c729345cdba31a0510342c5c9c46d927945bd2b0a160d0b4db'
          )) then
            raise exception 'a synthetic record holds one of two fixed texts' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger synthetic_holds_a_fixed_text before insert on publication
        for each row when (new.synthetic and not new.recovered) execute function synthetic_holds_a_fixed_text()`,
      sql`drop trigger publication_is_signed_off on publication`,
      sql`create trigger publication_is_signed_off before insert on publication
        for each row when (not new.recovered and not new.synthetic) execute function publication_is_signed_off()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
