import { termsOf } from './analysis/analyse.ts';
import { type IndexDocument, passageFields, rankedFields } from './index-document.ts';

/** The terms of a document by ranked field: stems in reading order, and concepts. */
export type DocumentTerms = readonly { readonly stems: readonly string[]; readonly concepts: readonly string[] }[];

/** No field of a document is indexed beyond this many stems. A learning record's longest field cannot reach it. */
const longestField = 60_000;

/** Analyses a document once, for whichever engine: its terms by ranked field, and the distinct words of its prose. */
export function analyseDocument(document: IndexDocument): { fields: DocumentTerms; words: Set<string> } {
  const prose = new Set<string>();
  const fields = rankedFields.map(() => ({ stems: [] as string[], concepts: [] as string[] }));
  const add = (field: number, text: string) => {
    const { stems, concepts, words } = termsOf(text);
    const into = fields[field];
    if (into === undefined) return [];
    for (const stem of stems) if (into.stems.length < longestField) into.stems.push(stem);
    for (const concept of concepts) if (into.concepts.length < longestField) into.concepts.push(concept);
    return words;
  };
  for (const { field, text } of document.passages) {
    for (const word of add(rankedFields.indexOf(passageFields[field]), text)) prose.add(word);
  }
  for (const label of document.labels) add(rankedFields.indexOf('labels'), label);
  return { fields, words: prose };
}
