import type { RiskKind } from '@practice-exchange/protocol';
import type { Generated } from 'kysely';

/**
 * A report that somebody could be recognised in a record of another authority. Its words (`how`, `says`, `answer`) are
 * destroyed with the commit that withdraws the record. `told_at` is when the owner's node read it first; `settled_by`
 * is the revision of the record that settled it.
 */
export type RiskReportTable = {
  id: string;
  node: string;
  authority: string;
  record: string;
  revision: number;
  how: RiskKind | null;
  says: string | null;
  made_at: Generated<Date>;
  told_at: Generated<Date | null>;
  state: Generated<'open' | 'withdrawn' | 'revised' | 'narrowed' | 'kept'>;
  answer: Generated<string | null>;
  settled_at: Generated<Date | null>;
  settled_by: Generated<string | null>;
};
