import type { Generated, JSONColumnType } from 'kysely';

/** A key pair of the node; the private part is sealed with the node's secret, and destroyed when the key is retired. It is missing of a `lost` one. */
export type SigningKeyTable = {
  kid: string;
  public_jwk: JSONColumnType<Record<string, string>>;
  sealed_private_jwk: Buffer | null;
  created_at: Generated<Date>;
  /** `next` waits for the hub's word, `current` signs, `older` may still sign requests, `lost` is held by nobody here after a restore, `retired` signs nothing. */
  state: 'next' | 'current' | 'older' | 'lost' | 'retired';
  changed_at: Generated<Date>;
  /** The publication that adds it; null for the first and for one that the recovery key brings in. */
  added_epoch: Generated<number | null>;
  added_seq: Generated<number | null>;
  /** The change of keys that the recovery key signed for it, until the hub has taken it. */
  recovery: Generated<string | null>;
};
