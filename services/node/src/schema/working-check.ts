import type { Generated, JSONColumnType } from 'kysely';
import type { GuardFinding, Risk } from '../features/anonymisation/guard-finding.ts';

/** What the guard said last of a review's working text, and of which version of text and deny-list. */
export type WorkingCheckTable = {
  review: string;
  review_version: number;
  deny_version: number;
  guard_version: string;
  failure: 'out-of-time' | 'broke-off' | null;
  attempts: Generated<number>;
  findings: JSONColumnType<GuardFinding[]>;
  risk: JSONColumnType<Risk> | null;
  checked_at: Generated<Date>;
};
