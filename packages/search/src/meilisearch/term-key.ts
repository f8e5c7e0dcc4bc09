/** A term as 32 bits (FNV-1a with a final mix): how terms are stored with a document, so that ranking it needs no analysis. */
export function termKey(term: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < term.length; i += 1) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What a term that is more than plain characters begins with in the engine; neither a stem nor a concept does. */
const encoded = '=';
const plain = /^[!-<>-~][!-~]*$/;
/** The engine cuts longer values off. */
const longestValue = 400;

/** A term as the engine holds it, so that it changes nothing of it: the engine takes letters with accents, or of other scripts, for others. */
export function termValue(term: string): string {
  const value = plain.test(term) ? term : encoded + Buffer.from(term).toString('hex');
  return value.slice(0, longestValue);
}

/** The term that a value stands for. */
export function termOfValue(value: string): string {
  return value.startsWith(encoded) ? Buffer.from(value.slice(encoded.length), 'hex').toString() : value;
}

const safe = /^[A-Za-z0-9][A-Za-z0-9_-]{0,400}$/;

/** A document's id as the engine's primary key allows it. */
export function documentKey(id: string): string {
  return safe.test(id) ? id : `_${Buffer.from(id).toString('base64url')}`;
}
