import type { Standing } from '@practice-exchange/protocol';
import type { Generated } from 'kysely';

/** How a node and the hub stood when they last compared, and the manifest that the node signed for it. */
export type ComparisonTable = {
  node: string;
  standing: Standing;
  compared_at: Generated<Date>;
  epoch: number;
  seq: number;
  manifest: string;
};
