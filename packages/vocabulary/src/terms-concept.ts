/**
 * A concept of practice with its wordings.
 *
 * - `preferred`: the wording that pages show.
 * - `alternatives`: abbreviations, other terms and everyday phrases that mean the same. Inflected forms need not be listed.
 * - `broader`, `related`: ids of other concepts; a related concept is near in meaning and never the same.
 * - `contested`: where authorities or professions disagree about the term, what they disagree about. A contested concept has
 *   only spellings of itself as alternatives: it is found from its neighbours through `related` and stays apart from them.
 */
export type TermConcept = {
  readonly id: string;
  readonly preferred: string;
  readonly alternatives: readonly string[];
  readonly broader?: string;
  readonly related?: readonly string[];
  readonly contested?: string;
};
