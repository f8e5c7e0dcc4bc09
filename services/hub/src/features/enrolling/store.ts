import type { Database } from '@practice-exchange/platform';
import type { AuthorityProfile, PublicJwk } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

export async function insertInvitation(
  tx: Db,
  invitation: { codeHash: string; authorityName: string; expiresAt: Date },
): Promise<void> {
  await tx.db
    .insertInto('invitation')
    .values({
      code_hash: invitation.codeHash,
      authority_name: invitation.authorityName,
      expires_at: invitation.expiresAt,
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

export async function findMember(tx: Db, node: string) {
  return tx.db
    .selectFrom('member as m')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .innerJoin('member_key as k', 'k.node', 'm.node')
    .select(['m.node', 'm.authority', 'm.state', 'm.may_publish', 'm.is_served', 'a.name', 'k.kid', 'k.jwk'])
    .where('m.node', '=', node)
    .orderBy('k.added_at')
    .executeTakeFirst();
}

export async function keyIsTaken(tx: Db, kid: string): Promise<boolean> {
  return (await tx.db.selectFrom('member_key').select('kid').where('kid', '=', kid).executeTakeFirst()) !== undefined;
}

export async function authorityIsTaken(tx: Db, onsCode: string): Promise<boolean> {
  const row = await tx.db.selectFrom('authority').select('id').where('ons_code', '=', onsCode).executeTakeFirst();
  return row !== undefined;
}

export async function insertMember(
  tx: Db,
  member: {
    node: string;
    authority: string;
    profile: AuthorityProfile;
    kid: string;
    jwk: PublicJwk;
    firstHash: string;
  },
): Promise<void> {
  const { profile } = member;
  await tx.db
    .insertInto('authority')
    .values({
      id: member.authority,
      name: profile.name,
      ons_code: profile.onsCode,
      region: profile.region,
      type: profile.type,
      child_population: profile.childPopulation,
      prevalence_band: null,
    })
    .execute();
  await tx.db
    .insertInto('member')
    .values({ node: member.node, authority: member.authority, state: 'enrolled', last_hash: member.firstHash })
    .execute();
  await tx.db
    .insertInto('member_key')
    .values({ kid: member.kid, node: member.node, jwk: JSON.stringify(member.jwk) })
    .execute();
}

export async function makeLive(tx: Db, node: string): Promise<void> {
  await tx.db
    .updateTable('member')
    .set({ state: 'live', may_publish: true, is_served: true })
    .where('node', '=', node)
    .execute();
}
