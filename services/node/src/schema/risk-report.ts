import type { RiskKind, RiskReportState } from '@practice-exchange/protocol';
import type { Generated } from 'kysely';

/**
 * A report that somebody could be recognised: `made` here of another authority's record, `received` of one of ours, or made
 * here of an `own` one, which never leaves. Its words (`how`, `says`, `answer`) are destroyed when the record is taken back, or is not for
 * us any more. `acted` is what we did since about a record of ours, before the hub has said that it settles the report.
 */
export type RiskReportTable = {
  id: string;
  side: 'made' | 'received' | 'own';
  record: string;
  how: RiskKind | string | null;
  says: string | null;
  /** Who here made it; null of a report that was received, or was read back from the hub. */
  made_by: Generated<string | null>;
  /** The authority that a report came from. */
  by_name: Generated<string | null>;
  made_at: Generated<Date>;
  /** When the hub had taken it. */
  sent_at: Generated<Date | null>;
  tried_at: Generated<Date | null>;
  /** Why the hub refused it, or the answer to it, for good. */
  problem: Generated<string | null>;
  state: Generated<RiskReportState>;
  acted: Generated<'withdrawn' | 'revised' | 'narrowed' | null>;
  answer: Generated<string | null>;
  answered_by: Generated<string | null>;
  answer_sent_at: Generated<Date | null>;
  settled_at: Generated<Date | null>;
};
