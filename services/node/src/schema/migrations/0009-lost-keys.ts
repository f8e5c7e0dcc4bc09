import { type Kysely, sql } from 'kysely';

/** A key whose private part went with a state of the database that was lost: what it signed is still this node's. */
export const lostKeys = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table signing_key
      drop constraint signing_key_state_check,
      add constraint signing_key_state_check check (state in ('next', 'current', 'older', 'lost', 'retired')),
      drop constraint retired_keys_are_destroyed,
      add constraint only_keys_in_use_are_held check ((state in ('lost', 'retired')) = (sealed_private_jwk is null))`.execute(
      db,
    );
  },
};
