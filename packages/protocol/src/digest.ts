import { hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) as base64url without padding: 43 characters. A string is hashed as its UTF-8 bytes. */
export function sha256(data: Uint8Array | string): string {
  return hash('sha256', data, 'base64url');
}
