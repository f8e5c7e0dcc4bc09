/**
 * A concept of practice with its wordings.
 *
 * - `preferred`: the wording that pages show.
 * - `alternatives`: other wordings, abbreviations and everyday phrases that mean the same.
 * - `broader`, `related`: ids of other concepts; a related concept is near in meaning and never the same.
 * - `contested`: where authorities or professions disagree about the term, what they disagree about. A contested concept
 *   has no loose synonyms: it is found from its neighbours through `related` and stays apart from them.
 */
export type TermConcept = {
  readonly id: string;
  readonly preferred: string;
  readonly alternatives: readonly string[];
  readonly broader?: string;
  readonly related?: readonly string[];
  readonly contested?: string;
};

/** The concepts of the vocabulary. */
export const termConcepts: readonly TermConcept[] = [
  { id: 'child-in-need', preferred: 'Child in need', alternatives: ['CIN', 'section 17', 's17', 's 17'] },
  { id: 'lado', preferred: 'Local authority designated officer', alternatives: ['LADO', 'designated officer'] },
  {
    id: 'access-refused',
    preferred: 'Access refused',
    alternatives: ['refused access', "won't let us in", "won't let us see", 'would not let us in', 'denied entry'],
  },
];
