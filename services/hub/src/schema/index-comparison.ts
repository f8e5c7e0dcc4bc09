import type { Generated } from 'kysely';

/**
 * When the search index was compared with the database. `asked_at` is when an operator last asked for it, `compared_at` when the last
 * comparison began that came to its end; `mended_at` when the last of those began that found a difference, which put `indexed` records in
 * and took `removed` out.
 */
export type IndexComparisonTable = {
  only_row: Generated<boolean>;
  asked_at: Date | null;
  compared_at: Date | null;
  mended_at: Date | null;
  indexed: Generated<number>;
  removed: Generated<number>;
};
