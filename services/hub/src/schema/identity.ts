import type { Generated } from 'kysely';

/** The hub's opaque id, made once. */
export type IdentityTable = {
  only_row: Generated<boolean>;
  hub: string;
};
