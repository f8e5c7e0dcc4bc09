import type { Generated } from 'kysely';

/** Which settings the search index was last built whole with. */
export type IndexGenerationTable = {
  only_row: Generated<boolean>;
  settings_version: string;
  built_at: Generated<Date>;
};
