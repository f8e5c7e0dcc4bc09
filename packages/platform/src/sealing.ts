import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { AppError } from './errors.ts';

const version = 1;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + saltBytes + nonceBytes + tagBytes;

/**
 * Encrypts what must not lie readable in a database or a backup, such as a private key: AES-256-GCM (NIST SP 800-38D)
 * under a key derived from `secret` by scrypt (RFC 7914; about 40 ms). Gives version, salt, nonce, tag and ciphertext.
 */
export function seal(plain: Uint8Array, secret: string): Buffer {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, salt), nonce);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(version), salt, nonce, cipher.getAuthTag(), ciphertext]);
}

/**
 * What {@link seal} was given.
 * @throws AppError `cannot-unseal` if the secret is another one or a byte has changed
 */
export function open(sealed: Uint8Array, secret: string): Buffer {
  const bytes = Buffer.from(sealed);
  try {
    if (bytes.length < headBytes || bytes[0] !== version) throw new Error('not sealed by this version');
    const salt = bytes.subarray(1, 1 + saltBytes);
    const nonce = bytes.subarray(1 + saltBytes, 1 + saltBytes + nonceBytes);
    const tag = bytes.subarray(headBytes - tagBytes, headBytes);
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, salt), nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(headBytes)), decipher.final()]);
  } catch (cause) {
    throw new AppError({
      code: 'cannot-unseal',
      status: 500,
      title: 'A secret does not fit',
      message: 'What was sealed cannot be opened: the secret is not the one it was sealed with, or it was changed.',
      cause,
    });
  }
}

function keyOf(secret: string, salt: Buffer): Buffer {
  return scryptSync(secret, salt, 32);
}
