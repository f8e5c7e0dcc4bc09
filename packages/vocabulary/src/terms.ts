import type { TermConcept } from './terms-concept.ts';
import { concernTerms } from './terms-concerns.ts';
import { contestedTerms } from './terms-contested.ts';
import { peopleTerms } from './terms-people.ts';
import { processTerms } from './terms-processes.ts';

export type { TermConcept } from './terms-concept.ts';

/**
 * The terminology of the network: what practitioners write, from the statute to the doorstep, by concept. Search finds a
 * concept by any of its wordings. One abbreviation may stand for several concepts (CTLP, EIF); each is then meant.
 */
export const termConcepts: readonly TermConcept[] = [
  ...contestedTerms,
  ...processTerms,
  ...peopleTerms,
  ...concernTerms,
];

const byId: ReadonlyMap<string, TermConcept> = new Map(termConcepts.map((concept) => [concept.id, concept]));

/** A concept by its id. */
export function termConcept(id: string): TermConcept | undefined {
  return byId.get(id);
}
