import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

/** The administrators of this node, by name: whom its people ring. */
export async function listAdministrators(
  database: Database<NodeSchema>,
): Promise<{ name: string; jobTitle: string }[]> {
  return database.db
    .selectFrom('person')
    .select(['name', 'job_title as jobTitle'])
    .where('active', '=', true)
    .where(sql<boolean>`'administrator' = any(roles)`)
    .orderBy('name')
    .execute();
}
