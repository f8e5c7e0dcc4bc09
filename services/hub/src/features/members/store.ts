import type { Database } from '@practice-exchange/platform';
import { type PublicJwk, publicJwkSchema } from '@practice-exchange/protocol';
import type { PrevalenceBand, Region } from '@practice-exchange/vocabulary';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** A member as a request needs it: its switches, its authority, and its trusted keys by id. */
export type ActiveMember = {
  node: string;
  state: 'enrolled' | 'live' | 'frozen';
  mayPublish: boolean;
  isServed: boolean;
  authority: string;
  region: Region;
  prevalenceBand: PrevalenceBand | null;
  keys: ReadonlyMap<string, PublicJwk>;
};

/** The member that a key belongs to, with all of its keys. */
export async function findMemberByKey(db: Db, kid: string): Promise<ActiveMember | undefined> {
  const rows = await db.db
    .selectFrom('member_key as asked')
    .innerJoin('member as m', 'm.node', 'asked.node')
    .innerJoin('member_key as k', 'k.node', 'm.node')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .select([
      'm.node',
      'm.state',
      'm.may_publish',
      'm.is_served',
      'm.authority',
      'a.region',
      'a.prevalence_band',
      'k.kid',
      'k.jwk',
    ])
    .where('asked.kid', '=', kid)
    .execute();
  const [first] = rows;
  if (!first) return undefined;
  return {
    node: first.node,
    state: first.state,
    mayPublish: first.may_publish,
    isServed: first.is_served,
    authority: first.authority,
    region: first.region,
    prevalenceBand: first.prevalence_band,
    keys: new Map(rows.map((row) => [row.kid, publicJwkSchema.parse(row.jwk)])),
  };
}

/** Remembers a token's id until it has expired; false when it was used before. */
export async function rememberRequest(db: Db, jti: string, expiresAt: Date): Promise<boolean> {
  const inserted = await db.db
    .insertInto('request_seen')
    .values({ jti, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('jti').doNothing())
    .returning('jti')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Forgets token ids that can no longer be replayed, because the token itself has expired. */
export async function forgetExpiredRequests(db: Db): Promise<void> {
  await db.db.deleteFrom('request_seen').where('expires_at', '<', sql<Date>`now()`).execute();
}

/** Every member with its authority, for the operator. */
export async function listMembers(db: Db) {
  return db.db
    .selectFrom('member as m')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .select([
      'm.node',
      'm.state',
      'm.may_publish',
      'm.is_served',
      'm.epoch',
      'm.last_seq',
      'm.enrolled_at',
      'm.last_heard_at',
      'a.name',
      'a.region',
      'a.prevalence_band',
    ])
    .select((eb) =>
      eb
        .selectFrom('member_key as k')
        .select('k.jwk')
        .whereRef('k.node', '=', 'm.node')
        .orderBy('k.added_at', 'desc')
        .limit(1)
        .as('jwk'),
    )
    .orderBy('a.name')
    .execute();
}
