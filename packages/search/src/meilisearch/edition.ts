/** A document as it is now, in one value: its key in the engine, and a digest of what is kept of it. */
export function editionOf(key: string, digest: string): string {
  return `${key} ${digest}`;
}

/** The key of the document that an edition is one of. */
export function keyOf(edition: string): string {
  return edition.slice(0, edition.indexOf(' '));
}
