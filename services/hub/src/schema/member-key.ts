import type { Generated, JSONColumnType } from 'kysely';

/** A node's public key. */
export type MemberKeyTable = {
  kid: string;
  node: string;
  jwk: JSONColumnType<Record<string, string>>;
  not_trusted_after_seq: number | null;
  added_at: Generated<Date>;
};
