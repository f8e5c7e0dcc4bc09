import { irregularForms } from './irregular-forms.ts';
import { stem } from './stem.ts';

/**
 * How words of some stems can begin, by their first two letters: most words of a text need not be looked at when only a few are
 * sought. No stem begins otherwise than its words, but for irregular forms, which are known.
 */
export class Beginnings {
  readonly #pairs = new Uint8Array(1024);

  add(stemmed: string): void {
    this.#addPair(stemmed);
    for (const form of formsByStem().get(stemmed) ?? []) this.#addPair(form);
  }

  #addPair(word: string): void {
    this.#pairs[pairOf(word.charCodeAt(0), word.charCodeAt(1))] = 1;
  }

  /** Whether a word that begins at an offset may have one of the stems. */
  mayBegin(text: string, at: number): boolean {
    const [first, second] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
    // Accents and apostrophes go before words are compared.
    if (!isPlain(first) || !isPlain(second)) return true;
    return this.#pairs[pairOf(first, second)] === 1;
  }
}

function isPlain(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/** The same for both cases of a letter. */
function pairOf(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

let forms: Map<string, string[]> | undefined;

function formsByStem(): ReadonlyMap<string, string[]> {
  forms ??= Map.groupBy(irregularForms.keys(), (form) => stem(form));
  return forms;
}
