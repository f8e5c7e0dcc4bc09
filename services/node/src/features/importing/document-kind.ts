import { DocumentRefused } from './imported-document.ts';

/** What a file is, by what is in it; its name only tells Markdown from plain text. Throws `DocumentRefused` for anything else. */
export function documentKind(
  bytes: Buffer,
  name: string,
): { kind: 'word' } | { kind: 'markdown' | 'text'; text: string } {
  if (bytes.length === 0) throw new DocumentRefused('empty');
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (bytes.subarray(0, 4).equals(zipStart)) {
    if (['docm', 'dotm'].includes(extension)) throw new DocumentRefused('macros');
    return { kind: 'word' };
  }
  if (bytes.subarray(0, 8).equals(compoundStart)) {
    // A document with a password is kept in the container that old Word files have.
    throw new DocumentRefused(bytes.includes(encryptedPackage) ? 'encrypted' : 'old-word');
  }
  if (['docx', 'docm', 'dotx'].includes(extension)) throw new DocumentRefused('malformed');
  if (!['md', 'markdown', 'txt', 'text', ''].includes(extension)) throw new DocumentRefused('wrong-type');
  const text = decode(bytes);
  if (/^(?:%PDF-|\{\\rtf|<\?xml|<!doctype html)/i.test(text)) throw new DocumentRefused('wrong-type');
  return { kind: extension.startsWith('m') ? 'markdown' : 'text', text };
}

const zipStart = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const compoundStart = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');

function decode(bytes: Buffer): string {
  const text = decoded(bytes)
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells a program's file from a text.
  if (/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/.test(text)) throw new DocumentRefused('wrong-type');
  return text;
}

function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // What Windows writes when it does not write UTF-8; every byte means something in it.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
