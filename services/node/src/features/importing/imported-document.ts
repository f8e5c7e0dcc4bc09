/** A piece of a document's text, in reading order. */
export type Block = { readonly kind: 'heading' | 'paragraph' | 'item'; readonly text: string };

/** What else a file holds besides the text that people see when they read it from top to bottom. */
export type AsideKind =
  | 'table'
  | 'comment'
  | 'inserted'
  | 'deleted'
  | 'header-footer'
  | 'note'
  | 'text-box'
  | 'hidden'
  | 'property'
  | 'picture'
  | 'link'
  | 'other';

export type Aside = { readonly kind: AsideKind; readonly texts: readonly string[] };

/** A document as it was read: its text, and everything else that is in the file. */
export type ImportedDocument = { readonly blocks: readonly Block[]; readonly asides: readonly Aside[] };

/** Why a file was not read. */
export type Refusal =
  | 'empty'
  | 'too-large'
  | 'wrong-type'
  | 'old-word'
  | 'encrypted'
  | 'macros'
  | 'malformed'
  | 'too-complex'
  | 'too-long'
  | 'too-slow'
  | 'no-text';

/** A file that is not read. Holds nothing of the file, so that it may be logged and cross a thread. */
export class DocumentRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the document was refused: ${refusal}`);
    this.refusal = refusal;
  }
}

/** The largest file that is taken, in bytes. */
export const largestFile = 10 * 1024 * 1024;
/** The longest text, in characters: more than any learning record may hold. */
export const longestText = 120_000;

/** Gathers asides by kind, each text once, in the order in which they were found. */
export class Asides {
  readonly #texts = new Map<AsideKind, Set<string>>();
  #length = 0;

  add(kind: AsideKind, text: string): void {
    const told = text.replace(/[ \t]+/g, ' ').trim();
    if (told === '') return;
    const texts = this.#texts.get(kind) ?? new Set();
    this.#texts.set(kind, texts);
    if (!texts.has(told)) this.#length += told.length;
    texts.add(told);
    if (this.#length > longestText) throw new DocumentRefused('too-long');
  }

  list(): Aside[] {
    return [...this.#texts].map(([kind, texts]) => ({ kind, texts: [...texts] }));
  }
}
