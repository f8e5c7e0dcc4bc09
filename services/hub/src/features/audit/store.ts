import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

/** Who did something, to what: a person at the hub, a node, or the hub itself. */
export type AuditEntry = {
  person: string | null;
  node: string | null;
  action: string;
  subjectType: string;
  subject: string;
  detail?: Record<string, string | number | boolean | null>;
};

/** Writes an audit entry in the transaction that makes the change: no audit, no change. */
export async function audit(tx: Database<HubSchema>, entry: AuditEntry): Promise<void> {
  tx.assertTransaction();
  await tx.db
    .insertInto('audit_entry')
    .values({
      person: entry.person,
      node: entry.node,
      action: entry.action,
      subject_type: entry.subjectType,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
