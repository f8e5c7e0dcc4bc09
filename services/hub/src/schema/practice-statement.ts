import type { PracticeStatement } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** An authority's own account of ownership, definitions and process. */
export type PracticeStatementTable = {
  authority: string;
  record: string;
  revision: number;
  content: JSONColumnType<PracticeStatement>;
  updated_at: Generated<Date>;
};
