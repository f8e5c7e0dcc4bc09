import type { Generated } from 'kysely';

/** Who did what, when: written in the transaction that did it. */
export type AuditEntryTable = {
  id: Generated<number>;
  at: Generated<Date>;
  person: string | null;
  node: string | null;
  action: string;
  subject_type: string;
  subject: string;
  detail: Generated<unknown>;
};
