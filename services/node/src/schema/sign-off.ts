import type { Generated, JSONColumnType } from 'kysely';

/** One of the two approvals of an edition, bound to its content hash, or the second person's return of it. */
export type SignOffTable = {
  review: string;
  edition: number;
  content_hash: string;
  author: string;
  person: string;
  part: 'author' | 'second-person';
  decision: 'approved' | 'returned';
  intruder_answer: string | null;
  reason: string | null;
  /** For each finding that may stay with a reason: its entity, and the reason. */
  finding_reasons: JSONColumnType<Record<string, string>, string | undefined>;
  created_at: Generated<Date>;
};
