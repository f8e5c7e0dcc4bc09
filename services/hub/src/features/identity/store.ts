import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

export async function findIdentity(db: Db): Promise<string | undefined> {
  const row = await db.db.selectFrom('identity').select('hub').executeTakeFirst();
  return row?.hub;
}

export async function insertIdentity(tx: Db, hub: string): Promise<void> {
  await tx.db.insertInto('identity').values({ hub }).execute();
}

export async function insertKey(
  tx: Db,
  key: { kid: string; publicJwk: Record<string, string>; sealedPrivateJwk: Buffer },
): Promise<void> {
  await tx.db
    .insertInto('hub_key')
    .values({ kid: key.kid, public_jwk: JSON.stringify(key.publicJwk), sealed_private_jwk: key.sealedPrivateJwk })
    .execute();
}

/** The hub's keys, newest first. */
export async function listKeys(db: Db) {
  return db.db.selectFrom('hub_key').selectAll().orderBy('created_at', 'desc').execute();
}
