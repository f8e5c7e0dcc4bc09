import type { Generated, JSONColumnType } from 'kysely';

/** The hub's key pair; the private part is sealed with the hub's secret. */
export type HubKeyTable = {
  kid: string;
  public_jwk: JSONColumnType<Record<string, string>>;
  /** Null once the key is retired and its private part destroyed. */
  sealed_private_jwk: Buffer | null;
  until: Generated<Date | null>;
  /** What the key before it signed. */
  succession: Generated<string | null>;
  created_at: Generated<Date>;
};
