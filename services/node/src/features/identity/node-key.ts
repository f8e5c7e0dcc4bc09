import { advisoryLock, type Database, open, seal } from '@practice-exchange/platform';
import { generatePrivateJwk, openSigningKey, privateJwkSchema, type SigningKey } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { insertKey, newestKey } from './store.ts';

/**
 * The node's signing key, made at its first start and sealed with the node's secret. With another secret the node does not
 * start: without a key there is nothing to send with.
 */
export async function openNodeKey(database: Database<NodeSchema>, secret: string): Promise<SigningKey> {
  return database.transaction(async (tx) => {
    await advisoryLock(tx, 'node-key');
    const row = await newestKey(tx);
    if (row)
      return openSigningKey(privateJwkSchema.parse(JSON.parse(open(row.sealed_private_jwk, secret).toString('utf8'))));
    const jwk = generatePrivateJwk();
    const key = openSigningKey(jwk);
    await insertKey(tx, {
      kid: key.kid,
      publicJwk: key.publicJwk,
      sealed: seal(Buffer.from(JSON.stringify(jwk)), secret),
    });
    return key;
  });
}
