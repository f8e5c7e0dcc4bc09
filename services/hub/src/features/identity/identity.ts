import { AppError, advisoryLock, type Database, newId, open, seal } from '@practice-exchange/platform';
import {
  generatePrivateJwk,
  openSigningKey,
  type PublicJwk,
  privateJwkSchema,
  publicJwkSchema,
  type SigningKey,
} from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { findIdentity, insertIdentity, insertKey, listKeys } from './store.ts';

/** The hub's id and keys. */
export type HubIdentity = {
  id: string;
  key: SigningKey;
  keys: readonly { kid: string; key: PublicJwk; from: Date }[];
};

/**
 * The hub's identity, made at its first start. The private key lies sealed with the hub's secret; with another secret the
 * hub does not start, rather than sign with a key that nobody knows.
 */
export async function openHubIdentity(database: Database<HubSchema>, secret: string): Promise<HubIdentity> {
  return database.transaction(async (tx) => {
    await advisoryLock(tx, 'hub-identity');
    let id = await findIdentity(tx);
    if (id === undefined) {
      id = newId();
      await insertIdentity(tx, id);
      const jwk = generatePrivateJwk();
      const key = openSigningKey(jwk);
      const sealedPrivateJwk = seal(Buffer.from(JSON.stringify(jwk)), secret);
      await insertKey(tx, { kid: key.kid, publicJwk: key.publicJwk, sealedPrivateJwk });
    }
    const rows = await listKeys(tx);
    const [newest] = rows;
    if (!newest)
      throw new AppError({ code: 'hub-key-missing', status: 500, title: 'No key', message: 'The hub has no key.' });
    const jwk = privateJwkSchema.parse(JSON.parse(open(newest.sealed_private_jwk, secret).toString('utf8')));
    return {
      id,
      key: openSigningKey(jwk),
      keys: rows.map((row) => ({ kid: row.kid, key: publicJwkSchema.parse(row.public_jwk), from: row.created_at })),
    };
  });
}
