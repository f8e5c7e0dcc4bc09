import type { CaseloadReturn } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';
import type { WorkingReturn } from '../features/returns/working-return.ts';

/** A quarter's return while it is filled in or corrected. */
export type ReturnWorkingTable = {
  quarter: string;
  content: JSONColumnType<WorkingReturn>;
  version: Generated<number>;
  note: string | null;
  prepared_by: string;
  updated_at: Generated<Date>;
};

/** One signed revision of a quarter's return. It never changes. */
export type ReturnEditionTable = {
  quarter: string;
  revision: number;
  record: string;
  content: JSONColumnType<CaseloadReturn>;
  acknowledged: JSONColumnType<string[]>;
  note: string | null;
  prepared_by: string;
  signed_by: string;
  signed_at: Generated<Date>;
};
