import type { Audience } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';
import type { ReviewState, WorkingReview } from '../features/reviews/case-review.ts';

/** The private working document. `version` goes up with every edit and voids approvals. */
export type CaseReviewTable = {
  id: string;
  record: string;
  author: string;
  state: ReviewState;
  working: JSONColumnType<WorkingReview>;
  version: Generated<number>;
  /** Goes up with every change of the deny-list, by the database itself. */
  deny_version: Generated<number>;
  published_edition: number | null;
  published_revision: number | null;
  published_audience: JSONColumnType<Audience> | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
};
