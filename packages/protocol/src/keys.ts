import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalise } from './canonical.ts';
import { sha256 } from './digest.ts';
import { ProtocolError } from './protocol-error.ts';

const keyPart = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is 32 bytes in base64url');

/** An Ed25519 public key as a JWK (RFC 8037) with its required members only, so that `d` can never ride along. */
export const publicJwkSchema = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: keyPart });

/** An Ed25519 private key as a JWK. It never crosses the wire. */
export const privateJwkSchema = z.strictObject({ ...publicJwkSchema.shape, d: keyPart });

export type PublicJwk = z.infer<typeof publicJwkSchema>;
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

/** Finds a registered public key by its `kid`; undefined when there is none for this sender. */
export type KeyLookup = (kid: string) => PublicJwk | undefined;

/** A new Ed25519 key pair (RFC 8032), for storing. Sign with `openSigningKey`. */
export function generatePrivateJwk(): PrivateJwk {
  return privateJwkSchema.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 private key in PKCS #8.
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a seed of 32 bytes (RFC 8032 section 5.1.5): the same seed is always the same pair. */
export function privateJwkFromSeed(seed: Uint8Array): PrivateJwk {
  if (seed.byteLength !== 32) throw new ProtocolError('key-invalid');
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  return privateJwkSchema.parse(key.export({ format: 'jwk' }));
}

/** The public half of a private key. */
export function publicJwkOf(jwk: PublicJwk | PrivateJwk): PublicJwk {
  return { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
}

/** A key's id: its JWK thumbprint (RFC 7638) with SHA-256, base64url, 43 characters. */
export function thumbprintOf(jwk: PublicJwk): string {
  return sha256(canonicalise(publicJwkOf(jwk)));
}

/**
 * A private key that is ready to sign. Only `openSigningKey` makes one, so whatever takes a `SigningKey` cannot be
 * called without a key. The private part cannot be read back and does not appear when the object is printed.
 */
export class SigningKey {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly #key: KeyObject;

  constructor(jwk: PrivateJwk) {
    this.#key = openPrivateKey(jwk);
    this.publicJwk = publicJwkOf(jwk);
    this.kid = thumbprintOf(this.publicJwk);
  }

  /** The Ed25519 signature of some bytes: 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#key);
  }

  /** For libraries that sign by themselves. Never log it, never store it. */
  keyObject(): KeyObject {
    return this.#key;
  }
}

/** Makes a stored private key ready to sign; `key-invalid` when it is not an Ed25519 pair whose halves belong together. */
export function openSigningKey(jwk: PrivateJwk): SigningKey {
  return new SigningKey(jwk);
}

/** Whether the Ed25519 signature over the bytes was made by the key. */
export function verifyBytes(jwk: PublicJwk, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.byteLength === 64 && verify(null, bytes, openKey(jwk).key, signature);
}

function openPrivateKey(jwk: PrivateJwk): KeyObject {
  const parsed = privateJwkSchema.safeParse(jwk);
  if (!parsed.success) throw new ProtocolError('key-invalid');
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: parsed.data, format: 'jwk' });
  } catch {
    throw new ProtocolError('key-invalid');
  }
  // OpenSSL derives the public half from `d` and ignores `x`: a pair that does not match would sign under a wrong kid.
  if (createPublicKey(key).export({ format: 'jwk' }).x !== jwk.x) throw new ProtocolError('key-invalid');
  return key;
}

/** A public key in PEM (RFC 7468, SubjectPublicKeyInfo), for libraries that verify by themselves. */
export function publicKeyPem(jwk: PublicJwk): string {
  const opened = openKey(jwk);
  opened.pem ??= opened.key.export({ type: 'spki', format: 'pem' }).toString();
  return opened.pem;
}

type OpenedKey = { readonly key: KeyObject; pem?: string };
const openedKeys = new Map<string, OpenedKey>();
const openedKeysAtMost = 1024;

// Importing a key costs about as much as verifying with it; a network has a few hundred keys.
function openKey(jwk: PublicJwk): OpenedKey {
  const opened = openedKeys.get(jwk.x);
  if (opened !== undefined) return opened;
  const parsed = publicJwkSchema.safeParse(jwk);
  if (!parsed.success) throw new ProtocolError('key-invalid');
  let key: KeyObject;
  try {
    key = createPublicKey({ key: parsed.data, format: 'jwk' });
  } catch {
    throw new ProtocolError('key-invalid');
  }
  const oldest = openedKeys.size >= openedKeysAtMost ? openedKeys.keys().next().value : undefined;
  if (oldest !== undefined) openedKeys.delete(oldest);
  const entry = { key };
  openedKeys.set(jwk.x, entry);
  return entry;
}
