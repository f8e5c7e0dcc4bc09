import { type TermConcept, termConcept, termConcepts } from '@practice-exchange/vocabulary';
import { analyse } from './analysis/analyse.ts';
import { conceptMatcher } from './analysis/concept-matcher.ts';

/** A concept that somebody may search for instead, by its preferred wording, and how it belongs to what they typed. */
export type NearConcept = { readonly words: string; readonly relation: 'named' | 'broader' | 'related' };

/**
 * Concepts of the vocabulary near to some words: those that the words name, what is broader, what is related; and where they name none, those
 * of which a wording shares one of the words. Nearest first, each once.
 */
export function nearConcepts(words: string): NearConcept[] {
  const tokens = analyse(words);
  const named = conceptMatcher()
    .find(tokens)
    .map(({ concept }) => concept);
  const near = new Map<string, NearConcept['relation']>();
  const add = (concept: TermConcept | undefined, relation: NearConcept['relation']) => {
    if (concept && !near.has(concept.preferred)) near.set(concept.preferred, relation);
  };
  for (const concept of named) add(concept, 'named');
  for (const { broader } of named) if (broader) add(termConcept(broader), 'broader');
  for (const { related = [] } of named) for (const id of related) add(termConcept(id), 'related');
  if (near.size === 0) {
    const stems = new Set(tokens.flatMap(({ stem, stop }) => (stop ? [] : [stem])));
    for (const concept of termConcepts) {
      const wordings = [concept.preferred, ...concept.alternatives];
      if (wordings.some((wording) => analyse(wording).some(({ stem }) => stems.has(stem)))) add(concept, 'related');
    }
  }
  const asTyped = tokens.map(({ word }) => word).join(' ');
  return [...near]
    .map(([preferred, relation]) => ({ words: preferred, relation }))
    .filter(
      (concept) =>
        analyse(concept.words)
          .map(({ word }) => word)
          .join(' ') !== asTyped,
    );
}
