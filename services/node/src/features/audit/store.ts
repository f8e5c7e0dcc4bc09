import type { Database } from '@practice-exchange/platform';
import type { NodeSchema } from '../../schema/node-schema.ts';

/** Who did what to which thing. `person` is null for what the node does by itself. */
export type AuditEntry = {
  person: string | null;
  action: string;
  subjectType: 'review' | 'publication' | 'membership' | 'document' | 'key' | 'risk-report';
  subject: string;
  detail?: Record<string, string | number | boolean | null>;
};

/** Writes an audit entry in the transaction that makes the change: no audit, no change. */
export async function audit(tx: Database<NodeSchema>, entry: AuditEntry): Promise<void> {
  tx.assertTransaction();
  await tx.db
    .insertInto('audit_entry')
    .values({
      person: entry.person,
      action: entry.action,
      subject_type: entry.subjectType,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
