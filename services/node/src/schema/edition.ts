import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';
import type { GuardFinding, Risk } from '../features/anonymisation/guard-finding.ts';

/** An immutable snapshot of a case review: what is checked, signed off and published. */
export type EditionTable = {
  review: string;
  number: number;
  author: string;
  review_version: number;
  deny_version: Generated<number>;
  content: JSONColumnType<LearningRecord>;
  audience: JSONColumnType<Audience>;
  content_hash: string;
  guard_version: string;
  findings: JSONColumnType<GuardFinding[]>;
  blocked: boolean;
  risk: JSONColumnType<Risk> | null;
  created_at: Generated<Date>;
};
