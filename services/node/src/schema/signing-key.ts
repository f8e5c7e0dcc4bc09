import type { Generated, JSONColumnType } from 'kysely';

/** The node's key pair; the private part is sealed with the node's secret. */
export type SigningKeyTable = {
  kid: string;
  public_jwk: JSONColumnType<Record<string, string>>;
  sealed_private_jwk: Buffer;
  created_at: Generated<Date>;
};
