import { AppError, advisoryLock, type Database, open, seal } from '@practice-exchange/platform';
import {
  generatePrivateJwk,
  openSigningKey,
  type PrivateJwk,
  privateJwkSchema,
  type SigningKey,
} from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { currentKey, insertKey } from './store.ts';

/**
 * The node's signing keys. Which one signs is asked of the database each time, so that after a change of keys no process goes on
 * with the old one; a key is unsealed once.
 */
export class NodeKeys {
  readonly #database: Database<NodeSchema>;
  readonly #secret: string;
  readonly #opened = new Map<string, SigningKey>();

  constructor(options: { database: Database<NodeSchema>; secret: string }) {
    this.#database = options.database;
    this.#secret = options.secret;
  }

  /**
   * The key that signs now; within a transaction, give it. Throws `no-signing-key` before there is one, and `cannot-unseal`
   * with another secret than it was sealed with.
   */
  async current(db: Database<NodeSchema> = this.#database): Promise<SigningKey> {
    const row = await currentKey(db);
    if (!row?.sealed_private_jwk) {
      throw new AppError({ code: 'no-signing-key', status: 500, title: 'No key', message: 'The node has no key.' });
    }
    return this.open(row.kid, row.sealed_private_jwk);
  }

  /** Makes the first key if there is none, and opens it: with another secret the node does not start. */
  async ensure(): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await advisoryLock(tx, 'node-key');
      if (!(await currentKey(tx))) await insertKey(tx, { ...this.make(), state: 'current' });
    });
    await this.current();
  }

  /** A new key pair, sealed, to be stored. */
  make(): { kid: string; publicJwk: SigningKey['publicJwk']; sealed: Buffer; key: SigningKey } {
    const jwk: PrivateJwk = generatePrivateJwk();
    const key = openSigningKey(jwk);
    const sealed = seal(Buffer.from(JSON.stringify(jwk)), this.#secret);
    return { kid: key.kid, publicJwk: key.publicJwk, sealed, key };
  }

  /** A stored key, ready to sign. */
  open(kid: string, sealed: Buffer): SigningKey {
    const opened = this.#opened.get(kid);
    if (opened) return opened;
    const key = openSigningKey(privateJwkSchema.parse(JSON.parse(open(sealed, this.#secret).toString('utf8'))));
    this.#opened.set(kid, key);
    return key;
  }
}
