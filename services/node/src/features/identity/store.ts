import type { Database } from '@practice-exchange/platform';
import type { LogPlace, MemberState, MembershipResponse, PublicJwk } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

export type KeyState = 'next' | 'current' | 'older' | 'lost' | 'retired';

/** The key that signs now, with its private part still sealed. */
export async function currentKey(db: Db) {
  return db.db.selectFrom('signing_key').selectAll().where('state', '=', 'current').executeTakeFirst();
}

/** Every key of this node, newest first. */
export async function listKeys(db: Db) {
  return db.db.selectFrom('signing_key').selectAll().orderBy('created_at', 'desc').execute();
}

export async function insertKey(
  tx: Db,
  key: {
    kid: string;
    publicJwk: PublicJwk;
    sealed: Buffer;
    state: 'next' | 'current';
    added?: LogPlace;
    recovery?: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('signing_key')
    .values({
      kid: key.kid,
      public_jwk: JSON.stringify(key.publicJwk),
      sealed_private_jwk: key.sealed,
      state: key.state,
      added_epoch: key.added?.epoch ?? null,
      added_seq: key.added?.seq ?? null,
      recovery: key.recovery ?? null,
    })
    .execute();
}

/** Keeps keys that signed for this node and whose private parts a restore has lost. */
export async function insertLostKeys(
  tx: Db,
  keys: ReadonlyMap<string, PublicJwk>,
  madeAt: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  if (keys.size === 0) return;
  await tx.db
    .insertInto('signing_key')
    .values(
      [...keys].map(([kid, jwk]) => ({
        ...{ kid, public_jwk: JSON.stringify(jwk), sealed_private_jwk: null },
        state: 'lost' as const,
        created_at: new Date(madeAt.get(kid) ?? Date.now()),
      })),
    )
    .onConflict((conflict) => conflict.column('kid').doNothing())
    .execute();
}

/** Moves a key to another state; a retired key's private part is destroyed. */
export async function moveKey(tx: Db, kid: string, state: KeyState): Promise<void> {
  await tx.db
    .updateTable('signing_key')
    .set({
      state,
      changed_at: sql<Date>`now()`,
      recovery: null,
      ...(state === 'retired' ? { sealed_private_jwk: null } : {}),
    })
    .where('kid', '=', kid)
    .execute();
}

export async function findMembership(db: Db) {
  return db.db.selectFrom('membership').selectAll().executeTakeFirst();
}

export async function insertMembership(
  tx: Db,
  membership: {
    node: string;
    authority: string;
    hubId: string;
    hubName: string;
    hubUrl: string;
    hubKeys: readonly { kid: string; key: PublicJwk }[];
    epoch: number;
    state: MemberState;
    recoveryKid: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('membership')
    .values({
      node: membership.node,
      authority: membership.authority,
      hub_id: membership.hubId,
      hub_name: membership.hubName,
      hub_url: membership.hubUrl,
      hub_keys: JSON.stringify(membership.hubKeys),
      epoch: membership.epoch,
      state: membership.state,
      recovery_kid: membership.recoveryKid,
      asked_at: new Date(),
    })
    .execute();
}

/** What the hub says of this node now. */
export async function saveStanding(
  tx: Db,
  standing: Pick<MembershipResponse, 'state' | 'mayPublish' | 'isServed' | 'next'>,
): Promise<void> {
  await tx.db
    .updateTable('membership')
    .set({
      state: standing.state,
      may_publish: standing.mayPublish,
      is_served: standing.isServed,
      asked_at: new Date(),
      problem: null,
      hub_epoch: standing.next.epoch,
      hub_seq: standing.next.seq - 1,
      ...(standing.state === 'live' ? { live_at: sql<Date>`coalesce(live_at, now())` } : {}),
    })
    .execute();
}

/** The hub could not be asked, or refused to say. */
export async function saveProblem(db: Db, code: string): Promise<void> {
  await db.db.updateTable('membership').set({ problem: code }).execute();
}

export async function saveHubKeys(tx: Db, keys: readonly { kid: string; key: PublicJwk }[]): Promise<void> {
  await tx.db
    .updateTable('membership')
    .set({ hub_keys: JSON.stringify(keys) })
    .execute();
}

export async function saveRecoveryKey(tx: Db, kid: string): Promise<void> {
  await tx.db.updateTable('membership').set({ recovery_kid: kid }).execute();
}

/** Forgets a membership that came to nothing. */
export async function deleteMembership(tx: Db): Promise<void> {
  await tx.db.deleteFrom('membership').execute();
}

/** The administrators of this node, by name: whom its people ring. */
export async function listAdministrators(database: Db): Promise<{ name: string; jobTitle: string }[]> {
  return database.db
    .selectFrom('person')
    .select(['name', 'job_title as jobTitle'])
    .where('active', '=', true)
    .where(sql<boolean>`'administrator' = any(roles)`)
    .orderBy('name')
    .execute();
}
