import { conceptPrefix } from '../analysis/analyse.ts';

/** A term as 32 bits (FNV-1a with a final mix): how terms are stored with a document, so that ranking it needs no analysis. */
export function termKey(term: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < term.length; i += 1) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A term as one word to the engine, whatever its tokenizer does with marks and other scripts. */
export function termWord(term: string): string {
  if (term.startsWith(conceptPrefix)) return `c0${hexadecimal(term.slice(conceptPrefix.length))}`;
  return /^[a-z0-9]+$/.test(term) ? `t${term}` : `u0${hexadecimal(term)}`;
}

function hexadecimal(text: string): string {
  return Buffer.from(text).toString('hex').slice(0, 200);
}

const safe = /^[A-Za-z0-9][A-Za-z0-9_-]{0,400}$/;

/** A document's id as the engine's primary key allows it. */
export function documentKey(id: string): string {
  return safe.test(id) ? id : `_${Buffer.from(id).toString('base64url')}`;
}
