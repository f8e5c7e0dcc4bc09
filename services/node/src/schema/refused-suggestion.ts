import type { Generated } from 'kysely';

/** A code that the text of a review suggested and its author refused: it is not suggested again. */
export type RefusedSuggestionTable = {
  review: string;
  field: string;
  code: string;
  refused_at: Generated<Date>;
};
