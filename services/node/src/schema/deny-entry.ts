import type { Generated } from 'kysely';

/** A person, address, school or other name of one case that must not be in anything that leaves. Stays in this node. */
export type DenyEntryTable = {
  id: string;
  review: string;
  kind: 'person' | 'address' | 'school' | 'other';
  value: string;
  added_by: string;
  by_second_reader: Generated<boolean>;
  created_at: Generated<Date>;
};
