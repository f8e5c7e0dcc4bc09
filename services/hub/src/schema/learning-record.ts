import type { LearningRecord } from '@practice-exchange/protocol';
import type { Region } from '@practice-exchange/vocabulary';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** The newest revision of what is shared now. A withdrawn record has no row here. */
export type LearningRecordTable = {
  id: string;
  node: string;
  authority: string;
  revision: number;
  epoch: number;
  seq: number;
  audience_scope: 'network' | 'regions' | 'authorities';
  audience_regions: Generated<Region[]>;
  audience_authorities: Generated<string[]>;
  content: JSONColumnType<LearningRecord>;
  words: ColumnType<string, never, never>;
  published_at: Generated<Date>;
  revised_at: Generated<Date>;
};
