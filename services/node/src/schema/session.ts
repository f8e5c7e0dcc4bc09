/** A signed-in browser; the token itself is never stored. */
export type SessionTable = {
  token_hash: string;
  person: string;
  started_at: Date;
  seen_at: Date;
  notice: unknown;
};
