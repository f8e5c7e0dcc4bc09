import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { type CanonicalValue, canonicalise, parseCanonical } from './canonical.ts';
import { sha256 } from './digest.ts';
import { type KeyLookup, type SigningKey, verifyBytes } from './keys.ts';
import { protocolLimits } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

/** What a signature is over. It stands in the header, so that one kind of document never passes for another. */
export type SignedType =
  | 'px-envelope+jws'
  | 'px-receipt+jws'
  | 'px-purge-certificate+jws'
  | 'px-enrolment-proof+jws'
  | 'px-key-rotation+jws'
  | 'px-key-recovery+jws'
  | 'px-hub-key+jws'
  | 'px-manifest+jws'
  | 'px-epoch-request+jws'
  | 'px-epoch-approval+jws';

declare const signed: unique symbol;

/** A compact JWS (RFC 7515). Only signing makes one, or reading one that was signed elsewhere. */
export type CompactJws = string & { readonly [signed]: true };

/** A document whose signature was verified, with the key that made it and the hash of the exact text received. */
export type VerifiedDocument = {
  readonly kid: string;
  readonly document: CanonicalValue;
  readonly hash: string;
};

const compactShape = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** Takes text from the wire or from a store as a compact JWS: checks its shape and size, not its signature. */
export function readCompactJws(text: string): CompactJws {
  if (text.length > protocolLimits.jwsBytes) throw new ProtocolError('too-large');
  if (!isCompactJws(text)) throw new ProtocolError('malformed-jws');
  return text;
}

/**
 * Signs a document: compact JWS, Ed25519 (RFC 8037, RFC 9864), over its canonical bytes, under the header
 * `{"alg":"Ed25519","kid":…,"typ":…}`, itself in canonical form. `not-canonical` when the document has no canonical
 * form, `too-large` when the result is.
 */
export function signDocument(document: unknown, typ: SignedType, key: SigningKey): CompactJws {
  const header = encodedHeaderOf(key.kid, typ);
  const input = `${header}.${encodeBase64url(canonicalise(document))}`;
  return readCompactJws(`${input}.${encodeBase64url(key.sign(Buffer.from(input, 'ascii')))}`);
}

/**
 * Verifies the exact text received and reads the document. The header must be, byte for byte, the one that
 * `signDocument` writes for a key that `keyLookup` finds: no other algorithm, no `none`, no `b64`, no `crit`, no
 * embedded key. The payload must be canonical.
 *
 * Throws `too-large`, `malformed-jws`, `algorithm-not-allowed`, `header-not-allowed`, `unknown-key`, `bad-signature` or
 * `not-canonical`.
 */
export function verifyDocument(text: string, typ: SignedType, keyLookup: KeyLookup): VerifiedDocument {
  const jws = readCompactJws(text);
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const kid = kidOf(header, typ);
  const jwk = keyLookup(kid);
  if (jwk === undefined) throw new ProtocolError('unknown-key');
  const signedBytes = Buffer.from(`${header}.${payload}`, 'ascii');
  if (!verifyBytes(jwk, signedBytes, decodeBase64url(signature, 'malformed-jws'))) {
    throw new ProtocolError('bad-signature');
  }
  return { kid, document: parseCanonical(decodeBase64url(payload, 'malformed-jws')), hash: hashOf(jws) };
}

/** The hash of a signed envelope: SHA-256 of the compact JWS as received. The next envelope's `prev` names it. */
export function hashOf(jws: CompactJws): string {
  return sha256(jws);
}

/** Whether a signed text names one of the keys, before anything of it is verified. */
export function isSignedByOneOf(jws: string, keys: ReadonlyMap<string, unknown>, typ: SignedType): boolean {
  const header = jws.split('.', 1)[0];
  return [...keys.keys()].some((kid) => encodedHeaderOf(kid, typ) === header);
}

/** The first part of every document of a type that a key signed: the header is the same to the byte. */
export function encodedHeaderOf(kid: string, typ: SignedType): string {
  return encodeBase64url(canonicalise(headerFor(kid, typ)));
}

function headerFor(kid: string, typ: SignedType) {
  return { alg: 'Ed25519', kid, typ };
}

function kidOf(encodedHeader: string, typ: SignedType): string {
  const bytes = decodeBase64url(encodedHeader, 'malformed-jws');
  const header = readHeader(bytes);
  if (header.alg !== 'Ed25519') throw new ProtocolError('algorithm-not-allowed');
  if (typeof header.kid !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(header.kid)) {
    throw new ProtocolError('header-not-allowed');
  }
  if (!Buffer.from(canonicalise(headerFor(header.kid, typ))).equals(bytes))
    throw new ProtocolError('header-not-allowed');
  return header.kid;
}

function readHeader(bytes: Uint8Array): { alg?: unknown; kid?: unknown } {
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ProtocolError('malformed-jws');
  }
  if (typeof header !== 'object' || header === null) throw new ProtocolError('malformed-jws');
  return header;
}

/** Whether text has the shape of a compact JWS. */
export function isCompactJws(text: string): text is CompactJws {
  return compactShape.test(text);
}
