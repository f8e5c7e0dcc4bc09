import { type Kysely, sql } from 'kysely';

/** The signed change that brought a key is kept: a node that has lost the key learns of it again by this alone. */
export const keyRecoveries = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table member_key
        add column recovery text,
        add column recovery_signer jsonb,
        add constraint recoveries_have_a_signer check ((recovery is null) = (recovery_signer is null))
    `.execute(db);
    await sql`alter table member drop column recovered_by`.execute(db);
  },
};
