import type { Generated } from 'kysely';

/** A signed-in browser; the token itself is never stored. */
export type SessionTable = {
  token_hash: string;
  person: string;
  data: Generated<unknown>;
  created_at: Generated<Date>;
  last_seen_at: Generated<Date>;
};
