import type { Audience } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** A node is told that it can no longer see a record, and says when nothing it keeps holds anything of it. */
export type TombstoneTable = {
  node: string;
  position: number;
  record: string;
  why: 'withdrawn' | 'narrowed';
  at: Date;
  confirmed_at: Date | null;
};

/** A tombstone that has still to be given to the nodes concerned: those that saw the record and no longer do. */
export type TombstoneDueTable = {
  id: Generated<number>;
  record: string;
  why: 'withdrawn' | 'narrowed';
  owner: string;
  seen_by: JSONColumnType<Audience>;
  still_seen_by: JSONColumnType<Audience> | null;
  at: Generated<Date>;
};
