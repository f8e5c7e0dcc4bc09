import type { Generated, JSONColumnType } from 'kysely';

/** The hub's key pair; the private part is sealed with the hub's secret. */
export type HubKeyTable = {
  kid: string;
  public_jwk: JSONColumnType<Record<string, string>>;
  sealed_private_jwk: Buffer;
  created_at: Generated<Date>;
};
