import type { Generated } from 'kysely';

/** What the search index still has to learn or forget: the work itself, a job only wakes it. */
export type IndexTaskTable = {
  record: string;
  node: string;
  epoch: number;
  seq: number;
  task: 'index' | 'remove';
  canary: string | null;
  attempts: Generated<number>;
  /** Another number whenever it is asked for again, so that what was done before is not taken for it. */
  asked: Generated<number>;
  created_at: Generated<Date>;
};
