import type { Database } from '@practice-exchange/platform';
import type { PublicJwk } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** The newest signing key, with its private part still sealed. */
export async function newestKey(db: Db) {
  return db.db.selectFrom('signing_key').selectAll().orderBy('created_at', 'desc').limit(1).executeTakeFirst();
}

export async function insertKey(tx: Db, key: { kid: string; publicJwk: PublicJwk; sealed: Buffer }): Promise<void> {
  await tx.db
    .insertInto('signing_key')
    .values({ kid: key.kid, public_jwk: JSON.stringify(key.publicJwk), sealed_private_jwk: key.sealed })
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
    hubUrl: string;
    hubKeys: readonly { kid: string; key: PublicJwk }[];
    epoch: number;
  },
): Promise<void> {
  await tx.db
    .insertInto('membership')
    .values({
      node: membership.node,
      authority: membership.authority,
      hub_id: membership.hubId,
      hub_url: membership.hubUrl,
      hub_keys: JSON.stringify(membership.hubKeys),
      epoch: membership.epoch,
    })
    .execute();
}
