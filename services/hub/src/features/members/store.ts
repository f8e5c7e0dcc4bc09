import type { Database } from '@practice-exchange/platform';
import { type LogPlace, type MemberState, type PublicJwk, publicJwkSchema } from '@practice-exchange/protocol';
import type { PrevalenceBand, Region } from '@practice-exchange/vocabulary';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** A member as a request needs it: its switches, its authority, and its keys by id, without those that are retired. */
export type ActiveMember = {
  node: string;
  state: MemberState;
  mayPublish: boolean;
  isServed: boolean;
  authority: string;
  region: Region;
  prevalenceBand: PrevalenceBand | null;
  keys: ReadonlyMap<string, PublicJwk>;
  /** Of the keys that a person has marked: the last place for which each is trusted. */
  notTrusted: ReadonlyMap<string, LogPlace>;
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
      'k.not_trusted_after_epoch',
      'k.not_trusted_after_seq',
    ])
    .where('asked.kid', '=', kid)
    .where('k.retired_at', 'is', null)
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
    notTrusted: new Map(
      rows.flatMap(({ kid: key, not_trusted_after_epoch: epoch, not_trusted_after_seq: seq }) =>
        epoch === null || seq === null ? [] : [[key, { epoch, seq }]],
      ),
    ),
  };
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
      'm.last_seq',
      'm.enrolled_at',
      'm.last_heard_at',
      'a.name',
      'a.region',
    ])
    .orderBy('a.name')
    .orderBy('m.enrolled_at')
    .execute();
}

/** One member with everything that an operator decides about. */
export async function findMemberDetail(db: Db, node: string) {
  return db.db
    .selectFrom('member as m')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .leftJoin('invitation as i', 'i.used_by', 'm.node')
    .select([
      'm.node',
      'm.authority',
      'm.state',
      'm.state_before',
      'm.may_publish',
      'm.is_served',
      'm.epoch',
      'm.last_seq',
      'm.last_hash',
      'm.enrolled_at',
      'm.live_at',
      'm.last_heard_at',
      'm.recovery_kid',
      'a.name',
      'a.ons_code',
      'a.region',
      'a.type',
      'a.child_population',
      'i.authority_name as invited_as',
    ])
    .where('m.node', '=', node)
    .executeTakeFirst();
}

/** A node's keys, oldest first. */
export async function listMemberKeys(db: Db, node: string) {
  return db.db.selectFrom('member_key').selectAll().where('node', '=', node).orderBy('added_at').execute();
}

/** Locks a member's row and gives its standing. */
export async function lockStanding(tx: Db, node: string) {
  tx.assertTransaction();
  return tx.db
    .selectFrom('member')
    .select(['node', 'state', 'state_before', 'may_publish', 'is_served'])
    .where('node', '=', node)
    .forUpdate()
    .executeTakeFirst();
}

export async function saveStanding(
  tx: Db,
  node: string,
  standing: Partial<{
    state: MemberState;
    state_before: MemberState | null;
    may_publish: boolean;
    is_served: boolean;
  }>,
): Promise<void> {
  await tx.db.updateTable('member').set(standing).where('node', '=', node).execute();
}

/** What was done about a member, newest first. */
export async function historyOf(db: Db, node: string) {
  return db.db
    .selectFrom('audit_entry as e')
    .leftJoin('person as p', 'p.id', 'e.person')
    .select(['e.at', 'e.action', 'e.detail', 'p.name as person'])
    .where('e.subject', '=', node)
    .orderBy('e.id', 'desc')
    .limit(50)
    .execute();
}
