import { type Kysely, sql } from 'kysely';

/** Up to where a node has read its receipts stands in `member_contact`, with all else that it says when it asks for them. */
export const receiptsRead = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table member drop column receipts_read`.execute(db);
  },
};
