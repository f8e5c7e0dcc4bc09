import { createHash, randomUUIDv7 } from 'node:crypto';

/** A new UUID version 7 (RFC 9562), in lower case: identifiers made later sort later, to the millisecond. */
export function newId(): string {
  return randomUUIDv7();
}

/** SHA-256 (FIPS 180-4) of bytes, or of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
