import type { Finding } from '@practice-exchange/anonymisation';
import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** An immutable snapshot of a case review: what is checked, signed off and published. */
export type EditionTable = {
  review: string;
  number: number;
  author: string;
  review_version: number;
  content: JSONColumnType<LearningRecord>;
  audience: JSONColumnType<Audience>;
  content_hash: string;
  guard_version: string;
  findings: JSONColumnType<Finding[]>;
  blocked: boolean;
  created_at: Generated<Date>;
};
