import { type TermConcept, termConcept, termConcepts } from '@practice-exchange/vocabulary';
import { z } from 'zod';

const neighbourSchema = z.object({ id: z.string(), term: z.string(), contested: z.boolean() });

/** A term as the terminology map shows it. */
export const termSchema = z.object({
  id: z.string(),
  term: z.string(),
  /** Abbreviations of it. */
  shortForms: z.array(z.string()),
  /** Other wordings by which search finds it. */
  otherWordings: z.array(z.string()),
  broader: neighbourSchema.optional(),
  narrower: z.array(neighbourSchema),
  /** Near in meaning, and never taken for the same. */
  keptApart: z.array(neighbourSchema),
  /** What authorities and professions disagree about. */
  contested: z.string().optional(),
});

export type Term = z.infer<typeof termSchema>;

/** An abbreviation: letters and digits without spaces, at least two of them capitals, or a section of an Act such as "s47". */
const isShortForm = (wording: string) =>
  /^[A-Za-z0-9&+.'-]{2,9}$/.test(wording) && (/[A-Z].*[A-Z]/.test(wording) || /^s\.?\d+$/.test(wording));

function neighbour({ id, preferred, contested }: TermConcept) {
  return { id, term: preferred, contested: contested !== undefined };
}

function termOf(concept: TermConcept): Term {
  const { id, preferred, alternatives, broader, contested } = concept;
  const wider = broader === undefined ? undefined : termConcept(broader);
  // Being related goes both ways, however it is written down.
  const related = termConcepts.filter(
    (other) => other.id !== id && (concept.related?.includes(other.id) || other.related?.includes(id)),
  );
  return {
    id,
    term: preferred,
    shortForms: alternatives.filter(isShortForm),
    otherWordings: alternatives.filter((wording) => !isShortForm(wording)),
    ...(wider ? { broader: neighbour(wider) } : {}),
    narrower: termConcepts.filter((other) => other.broader === id).map(neighbour),
    keptApart: related.map(neighbour),
    ...(contested === undefined ? {} : { contested }),
  };
}

const inOrder = new Intl.Collator('en-GB').compare;

/** The whole terminology, in alphabetical order of the preferred wordings. */
export const termMap: readonly Term[] = termConcepts.map(termOf).sort((a, b) => inOrder(a.term, b.term));

/** Each abbreviation with everything it may stand for, in alphabetical order. */
export const shortForms: readonly { short: string; terms: { id: string; term: string }[] }[] = [
  ...Map.groupBy(
    termMap.flatMap(({ id, term, shortForms: forms }) => forms.map((short) => ({ short, id, term }))),
    ({ short }) => short,
  ),
]
  .map(([short, terms]) => ({ short, terms: terms.map(({ id, term }) => ({ id, term })) }))
  .sort((a, b) => inOrder(a.short, b.short));
