import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

/** Every authority of the network, by name. */
export async function listAuthorities(db: Database<HubSchema>) {
  return db.db.selectFrom('authority').selectAll().orderBy('name').execute();
}
