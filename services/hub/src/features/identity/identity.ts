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

/** A key of the hub as everyone may know it. */
export type ListedKey = {
  kid: string;
  key: PublicJwk;
  from: Date;
  until: Date | null;
  succession: string | null;
};

/**
 * The hub's id and keys. Several processes may serve one hub: each reads the keys again at intervals, so that a key is listed
 * by all of them before the first of them signs with it.
 */
export class HubIdentity {
  readonly id: string;
  readonly #database: Database<HubSchema>;
  readonly #secret: string;
  readonly #opened = new Map<string, SigningKey>();
  #keys: readonly ListedKey[] = [];

  constructor(options: { id: string; database: Database<HubSchema>; secret: string }) {
    this.id = options.id;
    this.#database = options.database;
    this.#secret = options.secret;
  }

  /** Every key that ever signed or is about to, newest first. */
  get keys(): readonly ListedKey[] {
    return this.#keys;
  }

  /** The key that signs now: the newest whose time has come. */
  get key(): SigningKey {
    const now = new Date();
    const current = this.#keys.find(({ kid, from }) => from <= now && this.#opened.has(kid));
    const key = current && this.#opened.get(current.kid);
    if (!key) throw noKey();
    return key;
  }

  /** Reads the keys again. */
  async refresh(): Promise<void> {
    const rows = await listKeys(this.#database);
    for (const { kid, sealed_private_jwk: sealed } of rows) {
      if (sealed === null) this.#opened.delete(kid);
      else if (!this.#opened.has(kid)) this.#opened.set(kid, this.#open(sealed));
    }
    this.#keys = rows.map((row) => ({
      kid: row.kid,
      key: publicJwkSchema.parse(row.public_jwk),
      from: row.created_at,
      until: row.until,
      succession: row.succession,
    }));
  }

  #open(sealed: Buffer): SigningKey {
    return openSigningKey(privateJwkSchema.parse(JSON.parse(open(sealed, this.#secret).toString('utf8'))));
  }
}

/**
 * The hub's identity, made at its first start. The private key lies sealed with the hub's secret; with another secret the
 * hub does not start, rather than sign with a key that nobody knows.
 */
export async function openHubIdentity(database: Database<HubSchema>, secret: string): Promise<HubIdentity> {
  const id = await database.transaction(async (tx) => {
    await advisoryLock(tx, 'hub-identity');
    const found = await findIdentity(tx);
    if (found !== undefined) return found;
    const made = newId();
    await insertIdentity(tx, made);
    await insertKey(tx, { ...makeKey(secret), from: new Date(), succession: null });
    return made;
  });
  const identity = new HubIdentity({ id, database, secret });
  await identity.refresh();
  if (identity.keys.length === 0) throw noKey();
  return identity;
}

/** A new key pair, its private part sealed with the hub's secret. */
export function makeKey(secret: string) {
  const jwk = generatePrivateJwk();
  const key = openSigningKey(jwk);
  return {
    kid: key.kid,
    publicJwk: key.publicJwk,
    sealedPrivateJwk: seal(Buffer.from(JSON.stringify(jwk)), secret),
  };
}

function noKey(): AppError {
  return new AppError({ code: 'hub-key-missing', status: 500, title: 'No key', message: 'The hub has no key.' });
}
