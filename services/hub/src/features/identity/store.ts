import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
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
  key: {
    kid: string;
    publicJwk: Record<string, string>;
    sealedPrivateJwk: Buffer;
    from: Date;
    succession: string | null;
  },
): Promise<void> {
  await tx.db
    .insertInto('hub_key')
    .values({
      kid: key.kid,
      public_jwk: JSON.stringify(key.publicJwk),
      sealed_private_jwk: key.sealedPrivateJwk,
      created_at: key.from,
      succession: key.succession,
    })
    .execute();
}

/** The hub's keys, newest first. `created_at` is when a key begins to sign. */
export async function listKeys(db: Db) {
  return db.db.selectFrom('hub_key').selectAll().orderBy('created_at', 'desc').execute();
}

/** Says until when the keys before the newest may sign. */
export async function endOlderKeys(tx: Db, newest: string, until: Date): Promise<void> {
  await tx.db.updateTable('hub_key').set({ until }).where('kid', '<>', newest).where('until', 'is', null).execute();
}

/** Destroys the private part of keys whose time is over. */
export async function destroyEndedKeys(db: Db): Promise<void> {
  await db.db
    .updateTable('hub_key')
    .set({ sealed_private_jwk: null })
    .where('until', '<', sql<Date>`now()`)
    .where('sealed_private_jwk', 'is not', null)
    .execute();
}
