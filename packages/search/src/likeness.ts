import type { FilterField, SimilarityReason } from '@practice-exchange/protocol';
import { termConcepts } from '@practice-exchange/vocabulary';
import { analyse, conceptPrefix } from './analysis/analyse.ts';
import type { FacetField, Passage } from './index-document.ts';
import { packedMasks, packedShifts } from './ranking/packed-frequencies.ts';
import { inverseDocumentFrequency } from './ranking/statistics.ts';
import { rankingWeights } from './ranking/weights.ts';

/** What being alike in a field counts for, most first. */
const likenessFields: readonly { readonly field: FilterField; readonly weight: number }[] = [
  { field: 'concernCategories', weight: 3 },
  { field: 'referralSource', weight: 2 },
  { field: 'familyEngagementStart', weight: 2 },
  { field: 'legitimacyChallenges', weight: 2 },
  { field: 'interventions', weight: 2 },
  { field: 'thresholdDecision', weight: 1.5 },
  { field: 'outcome', weight: 1.5 },
  { field: 'familyEngagementEnd', weight: 1 },
  { field: 'setting', weight: 1 },
  { field: 'themes', weight: 1 },
  { field: 'agencies', weight: 0.5 },
];
const allFieldWeight = likenessFields.reduce((sum, { weight }) => sum + weight, 0);

/** Codes that two records may share without being any the more alike. */
const tellsNothing = new Set(['unknown', 'withheld', 'none', 'not-challenged', 'not-approached']);

const codeShare = 0.4;
const mostCodes = 5;
const mostWords = 4;

/** A document is compared by this many of its most telling terms. */
const comparedTerms = 30;
/** ... with this many documents that share most of them. */
export const comparedDocuments = 100;

/**
 * The terms that tell a document from the collection, from its packed frequencies. Terms that no other document holds are left
 * out: nothing can be like it in those.
 */
export function tellingTerms(
  frequencies: ReadonlyMap<number, number>,
  documents: number,
  frequencyOf: (number: number) => number,
): { number: number; impact: number }[] {
  return [...frequencies]
    .map(([number, packed]) => {
      const occurrences = packedShifts.reduce<number>(
        (sum, shift, field) => sum + ((packed >>> shift) & (packedMasks[field] ?? 0)),
        0,
      );
      const frequency = frequencyOf(number);
      const idf = inverseDocumentFrequency(documents, frequency);
      return { number, frequency, impact: (idf * occurrences) / (occurrences + rankingWeights.k1) };
    })
    .filter(({ frequency, impact }) => impact > 0 && frequency !== 1)
    .sort((a, b) => b.impact - a.impact || a.number - b.number)
    .slice(0, comparedTerms);
}

export type Codes = Readonly<Partial<Record<FacetField, readonly string[]>>>;

/** How alike two sets of codes are, 0 to 1: the weighted mean of the Jaccard likeness of each field. */
export function codeLikeness(a: Codes, b: Codes): number {
  let sum = 0;
  for (const { field, weight } of likenessFields) {
    const left = telling(a[field]);
    const right = telling(b[field]);
    const shared = left.filter((code) => right.includes(code)).length;
    const either = left.length + right.length - shared;
    if (either > 0) sum += (weight * shared) / either;
  }
  return sum / allFieldWeight;
}

/** One number from likeness of words (0 to 1, against the likest candidate) and of codes (0 to 1). */
export function combinedLikeness(words: number, codes: number): number {
  return (1 - codeShare) * words + codeShare * codes;
}

function telling(codes: readonly string[] | undefined): string[] {
  return (codes ?? []).filter((code) => !tellsNothing.has(code));
}

/**
 * Why two records are alike: the codes that they share, strongest first, then the words. `sharedTerms` are stems and
 * concepts that weigh in both; `passages` are the first record's, where the wording of a stem is looked up.
 */
export function explainLikeness(
  a: Codes,
  b: Codes,
  sharedTerms: readonly string[],
  passages: readonly Passage[],
): SimilarityReason[] {
  const codes = likenessFields.flatMap(({ field }) => {
    const right = telling(b[field]);
    const shared = telling(a[field]).filter((code) => right.includes(code));
    return shared.map((code): SimilarityReason => ({ kind: 'same-code', field, code }));
  });
  const words = wordingsOf(sharedTerms, passages).slice(0, mostWords);
  return [...codes.slice(0, mostCodes), ...(words.length === 0 ? [] : [{ kind: 'similar-words', words } as const])];
}

function wordingsOf(terms: readonly string[], passages: readonly Passage[]): string[] {
  const words = new Map<string, string>();
  for (const { text } of passages) {
    for (const { word, stem, stop } of analyse(text)) if (!stop && !words.has(stem)) words.set(stem, word);
  }
  const wordings = terms.map((term) =>
    term.startsWith(conceptPrefix)
      ? termConcepts.find(({ id }) => id === term.slice(conceptPrefix.length))?.preferred
      : words.get(term),
  );
  // A bare number (of a section, a year) says nothing to a reader.
  return [...new Set(wordings.flatMap((wording) => (wording === undefined || /^\d+$/.test(wording) ? [] : [wording])))];
}
