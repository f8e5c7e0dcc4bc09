import { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';

/** Bytes to base64url without padding (RFC 4648 section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * base64url without padding to bytes, strictly: the one accepted text for some bytes is the text that
 * `encodeBase64url` gives. Other characters, padding and stray trailing bits throw a `ProtocolError` with `code`.
 */
export function decodeBase64url(text: string, code: ProtocolErrorCode): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new ProtocolError(code, 'is not base64url without padding');
  return bytes;
}
