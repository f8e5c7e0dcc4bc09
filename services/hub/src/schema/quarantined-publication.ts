import type { Audience } from '@practice-exchange/protocol';
import type { Generated, JSONColumnType } from 'kysely';
import type { Mark } from '../features/ingest/decide.ts';

/**
 * A publication that a person must look at first, with its body until that is decided: released, refused, or ended by a
 * later publication on the same record. Nothing in it is ever served.
 */
export type QuarantinedPublicationTable = {
  id: string;
  node: string;
  epoch: number;
  seq: number;
  op: string;
  record: string | null;
  audience: JSONColumnType<Audience> | null;
  reason: string;
  marks: JSONColumnType<Mark[]>;
  content: Buffer | null;
  salt: Buffer | null;
  held_at: Generated<Date>;
  outcome: 'released' | 'refused' | 'ended' | null;
  decided_at: Date | null;
  decided_by: string | null;
};
