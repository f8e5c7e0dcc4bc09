import { type Kysely, sql } from 'kysely';

/**
 * What a lead signed may be written again under another record, too: after a restore the hub may know the quarter by one that
 * this node had lost. What was signed is the content, quarter included.
 */
export const returnsAfterRestore = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create or replace function published_return_is_signed() returns trigger language plpgsql as $$
      begin
        if new.op = 'return' and not exists (
          select from return_edition e
          where new.body is not null and e.content = convert_from(new.body, 'UTF8')::jsonb
        ) then
          raise exception 'the body is not the return that a lead signed' using errcode = 'check_violation';
        end if;
        return new;
      end $$`.execute(db);
  },
};
