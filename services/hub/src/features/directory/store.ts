import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

/** Every authority whose node takes part now, by name. */
export async function listAuthorities(db: Database<HubSchema>) {
  return db.db
    .selectFrom('authority as a')
    .selectAll('a')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('member as m')
          .select('m.node')
          .whereRef('m.authority', '=', 'a.id')
          .where('m.live_at', 'is not', null)
          .where('m.state', '<>', 'expelled'),
      ),
    )
    .orderBy('a.name')
    .execute();
}
