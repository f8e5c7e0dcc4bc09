import { irregularForms } from './irregular-forms.ts';
import { stem } from './stem.ts';
import { wordSpans } from './tokenise.ts';

/** Anything but English letters, digits, and the marks that stand between or in English words. */
const otherScript = /[^\0-\x7f\u2010-\u2027\xa0\xa3]/;

/**
 * Finds the words of a text that may have one of some stems, by their first three letters: most words of a text need not be looked
 * at when only a few are sought. No stem of four letters or more begins otherwise than its words, but for irregular forms, which
 * are known; of shorter ones the first two letters stand ("fly", whose stem is "fli").
 */
export class Beginnings {
  readonly #known = new Set<string>();
  #pattern: RegExp | undefined;

  add(stemmed: string): void {
    this.#addWord(stemmed);
    for (const form of formsByStem().get(stemmed) ?? []) this.#addWord(form);
  }

  #addWord(word: string): void {
    // Only stems of single words are sought, and these are letters and digits.
    const letters = word.length >= 4 ? word.slice(0, 3) : word.slice(0, 2);
    // "z" and "s" are spelt for each other.
    this.#known.add(letters.replace(/(?<=^..)[sz]/, '[sz]'));
    // The stemmer's own exceptions: "dying", "lying" and "tying".
    if (/^.ie$/.test(word)) this.#known.add(`${word[0]}y`);
    this.#pattern = undefined;
  }

  /** Where words that may have one of the stems begin and end, in turns; in a text with letters that are not English, every word. */
  candidates(text: string): number[] {
    if (this.#known.size === 0) return [];
    if (otherScript.test(text)) return wordSpans(text);
    this.#pattern ??= new RegExp(`\\b(?:${[...this.#known].join('|')})[a-z0-9]*(?:['’][a-z]+)*`, 'gi');
    const spans: number[] = [];
    this.#pattern.lastIndex = 0;
    for (let match = this.#pattern.exec(text); match !== null; match = this.#pattern.exec(text)) {
      // "d'accord" is one word.
      if (!/[a-z0-9]['’]$/i.test(text.slice(Math.max(0, match.index - 2), match.index))) {
        spans.push(match.index, match.index + match[0].length);
      }
    }
    return spans;
  }
}

let forms: Map<string, string[]> | undefined;

function formsByStem(): ReadonlyMap<string, string[]> {
  forms ??= Map.groupBy(irregularForms.keys(), (form) => stem(form));
  return forms;
}
