import type { Database } from '@practice-exchange/platform';
import type { AuthorityProfile, PublicJwk } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

export async function insertInvitation(
  tx: Db,
  invitation: { codeHash: string; authorityName: string; expiresAt: Date; issuedBy: string | null },
): Promise<void> {
  await tx.db
    .insertInto('invitation')
    .values({
      code_hash: invitation.codeHash,
      authority_name: invitation.authorityName,
      expires_at: invitation.expiresAt,
      issued_by: invitation.issuedBy,
    })
    .execute();
}

/** Locks an invitation, so that two nodes cannot use it at once. */
export async function lockInvitation(tx: Db, codeHash: string) {
  tx.assertTransaction();
  return tx.db.selectFrom('invitation').selectAll().where('code_hash', '=', codeHash).forUpdate().executeTakeFirst();
}

export async function useInvitation(tx: Db, codeHash: string, node: string): Promise<void> {
  await tx.db
    .updateTable('invitation')
    .set({ used_at: new Date(), used_by: node })
    .where('code_hash', '=', codeHash)
    .execute();
}

/** A member with the key that it enrolled with. */
export async function findMember(tx: Db, node: string) {
  return tx.db
    .selectFrom('member as m')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .innerJoin('member_key as k', 'k.node', 'm.node')
    .select([
      'm.node',
      'm.authority',
      'm.state',
      'm.may_publish',
      'm.is_served',
      'm.recovery_kid',
      'a.name',
      'k.kid',
      'k.jwk',
    ])
    .where('m.node', '=', node)
    .orderBy('k.added_at')
    .executeTakeFirst();
}

export async function keyIsTaken(tx: Db, kid: string): Promise<boolean> {
  const key = await tx.db.selectFrom('member_key').select('kid').where('kid', '=', kid).executeTakeFirst();
  const recovery = await tx.db.selectFrom('member').select('node').where('recovery_kid', '=', kid).executeTakeFirst();
  return key !== undefined || recovery !== undefined;
}

/** The authority with an ONS code, and whether a node of it is a member now. */
export async function findAuthority(tx: Db, onsCode: string): Promise<{ id: string; hasMember: boolean } | undefined> {
  const row = await tx.db
    .selectFrom('authority as a')
    .select('a.id')
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('member as m')
            .select('m.node')
            .whereRef('m.authority', '=', 'a.id')
            .where('m.state', '<>', 'expelled'),
        )
        .as('hasMember'),
    )
    .where('a.ons_code', '=', onsCode)
    .executeTakeFirst();
  return row && { id: row.id, hasMember: Boolean(row.hasMember) };
}

export async function saveAuthority(tx: Db, id: string, profile: AuthorityProfile): Promise<void> {
  const attributes = {
    name: profile.name,
    region: profile.region,
    type: profile.type,
    child_population: profile.childPopulation,
  };
  await tx.db
    .insertInto('authority')
    .values({ id, ons_code: profile.onsCode, prevalence_band: null, ...attributes })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(attributes))
    .execute();
}

export async function insertMember(
  tx: Db,
  member: {
    node: string;
    authority: string;
    key: { kid: string; jwk: PublicJwk };
    recovery: { kid: string; jwk: PublicJwk };
    firstHash: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('member')
    .values({
      node: member.node,
      authority: member.authority,
      state: 'awaiting-fingerprint',
      last_hash: member.firstHash,
      recovery_kid: member.recovery.kid,
      recovery_jwk: JSON.stringify(member.recovery.jwk),
    })
    .execute();
  await tx.db
    .insertInto('member_key')
    .values({ kid: member.key.kid, node: member.node, jwk: JSON.stringify(member.key.jwk) })
    .execute();
}

export async function replaceRecoveryKey(
  tx: Db,
  node: string,
  recovery: { kid: string; jwk: PublicJwk },
): Promise<void> {
  await tx.db
    .updateTable('member')
    .set({ recovery_kid: recovery.kid, recovery_jwk: JSON.stringify(recovery.jwk) })
    .where('node', '=', node)
    .execute();
}

/** The fingerprint was confirmed: the conformance run may begin. */
export async function beginConformance(tx: Db, node: string): Promise<void> {
  await tx.db.updateTable('member').set({ state: 'conformance' }).where('node', '=', node).execute();
}

/** Every invitation, newest first, with who issued it and who used it. */
export async function listInvitations(db: Db) {
  return db.db
    .selectFrom('invitation as i')
    .leftJoin('person as p', 'p.id', 'i.issued_by')
    .leftJoin('member as m', 'm.node', 'i.used_by')
    .leftJoin('authority as a', 'a.id', 'm.authority')
    .select([
      'i.code_hash',
      'i.authority_name',
      'i.created_at',
      'i.expires_at',
      'i.used_at',
      'i.used_by',
      'i.revoked_at',
      'p.name as issuer',
      'a.name as enrolled_as',
    ])
    .orderBy('i.created_at', 'desc')
    .limit(200)
    .execute();
}

/** Takes back an invitation that nobody has used; false when there is none such. */
export async function revokeInvitation(tx: Db, codeHash: string): Promise<boolean> {
  const revoked = await tx.db
    .updateTable('invitation')
    .set({ revoked_at: new Date() })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return revoked.numUpdatedRows === 1n;
}
