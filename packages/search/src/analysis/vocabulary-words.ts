import { termConcepts } from '@practice-exchange/vocabulary';
import { stem } from './stem.ts';
import { tokenise } from './tokenise.ts';

/** The words of the vocabulary's concepts. Everybody may be advised to use them, whatever has been published. */
export const vocabularyWords: ReadonlySet<string> = new Set(
  termConcepts.flatMap(({ preferred, alternatives }) =>
    [preferred, ...alternatives].flatMap((wording) => tokenise(wording).map(({ word }) => word)),
  ),
);

/** Their stems. */
export const vocabularyStems: ReadonlySet<string> = new Set([...vocabularyWords].map(stem));
