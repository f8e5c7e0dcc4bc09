import type { Generated } from 'kysely';

/** Where the bands were cut from a time on, by whom and why. Append-only: the newest row holds. */
export type PrevalenceCutTable = {
  id: Generated<number>;
  /** `numeric` is read as text. */
  medium: string;
  high: string;
  reason: string;
  decided_by: string | null;
  decided_at: Generated<Date>;
};
