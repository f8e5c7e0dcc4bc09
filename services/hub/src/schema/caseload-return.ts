import type { CaseloadReturn } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** An authority's counts for a quarter, newest revision. */
export type CaseloadReturnTable = {
  authority: string;
  quarter: string;
  record: string;
  revision: number;
  content: JSONColumnType<CaseloadReturn>;
  updated_at: Generated<Date>;
};
