import type { Audience } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** Every record that was ever published: whose it is and where it stands. Once withdrawn, its row is the tombstone. */
export type RecordTable = {
  id: string;
  node: string;
  kind: 'learning' | 'statement' | 'return';
  revision: number;
  audience: JSONColumnType<Audience> | null;
  /** `held`: known, with nothing of it shared yet. */
  state: 'held' | 'shared' | 'withdrawn';
  /** Made by a conformance run; no reader is ever shown it. */
  synthetic: Generated<boolean>;
  changed_at: Generated<Date>;
};
