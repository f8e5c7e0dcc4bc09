import { createHash, randomBytes } from 'node:crypto';

/** Bytes in the salt of a commitment. */
export const saltBytes = 32;

/** A fresh random salt. One is made for each body and destroyed with it. */
export function createSalt(): Uint8Array {
  return randomBytes(saltBytes);
}

/**
 * What an envelope says about its body: SHA-256 of the salt followed by the body's canonical bytes, as base64url. With
 * the salt destroyed nobody can test a guess at the body against it. A salt of another length is a `RangeError`.
 */
export function commit(salt: Uint8Array, body: Uint8Array): string {
  if (salt.byteLength !== saltBytes) throw new RangeError(`A salt is ${saltBytes} bytes`);
  return createHash('sha256').update(salt).update(body).digest('base64url');
}

/** Whether the salt and body are the ones that the commitment was made from. */
export function matchesCommitment(commitment: string, salt: Uint8Array, body: Uint8Array): boolean {
  return salt.byteLength === saltBytes && commit(salt, body) === commitment;
}
