import type { Generated } from 'kysely';

/** A single-use invitation to join; the code itself is never stored. */
export type InvitationTable = {
  code_hash: string;
  authority_name: string;
  created_at: Generated<Date>;
  expires_at: Date;
  used_at: Date | null;
  used_by: string | null;
  issued_by: string | null;
  revoked_at: Generated<Date | null>;
};
