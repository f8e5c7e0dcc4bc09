import { hkdfSync } from 'node:crypto';
import { openSigningKey, privateJwkFromSeed, type SigningKey } from '@practice-exchange/protocol';
import { generateMnemonic, mnemonicToEntropy, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';

/**
 * A new recovery phrase: twelve words (BIP-39, 128 bits and a checksum). It is shown once and kept nowhere.
 */
export function newRecoveryPhrase(): string {
  return generateMnemonic(wordlist, 128);
}

/**
 * The recovery key of a phrase: HKDF-SHA-256 (RFC 5869) of the phrase's 16 bytes gives the seed of an Ed25519 key. Capitals and
 * the number of spaces do not matter. Null when the words are not a phrase: one is misspelt, missing or in the wrong place.
 */
export function recoveryKeyOf(phrase: string): SigningKey | null {
  const words = phrase
    .trim()
    .toLowerCase()
    .split(/[\s,]+/)
    .join(' ');
  if (!validateMnemonic(words, wordlist)) return null;
  const entropy = mnemonicToEntropy(words, wordlist);
  return openSigningKey(privateJwkFromSeed(new Uint8Array(hkdfSync('sha256', entropy, '', 'px-recovery-key', 32))));
}
