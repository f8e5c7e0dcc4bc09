import * as vocabulary from '@practice-exchange/vocabulary';
import { roles } from './person.ts';

const thousands = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

/** The coded lists whose labels templates may ask for by name. */
const codeLists = {
  ageBands: vocabulary.ageBands,
  agencies: vocabulary.agencies,
  authorityTypes: vocabulary.authorityTypes,
  concernCategories: vocabulary.concernCategories,
  familyEngagement: vocabulary.familyEngagement,
  interventions: vocabulary.interventions,
  legitimacyChallenges: vocabulary.legitimacyChallenges,
  outcomes: vocabulary.outcomes,
  prevalenceBands: vocabulary.prevalenceBands,
  referralSources: vocabulary.referralSources,
  regions: vocabulary.regions,
  roles,
  settings: vocabulary.settings,
  sexes: vocabulary.sexes,
  themes: vocabulary.themes,
  thresholdDecisions: vocabulary.thresholdDecisions,
} as const satisfies Record<string, readonly vocabulary.Code[]>;

export type CodeListName = keyof typeof codeLists;

/** The label of a code in a named list of the vocabulary; the code itself when it is newer than we are. Throws for an unknown list. */
export function codeLabel(code: string, listName: string): string {
  if (!Object.hasOwn(codeLists, listName)) throw new Error(`There is no list of codes called ${listName}`);
  return vocabulary.labelOf(codeLists[listName as CodeListName], code);
}

/** A number as people write it: 12,345 or 0.25. */
export function readableNumber(value: number): string {
  return thousands.format(value);
}

/** A number and its noun: "1 result", "1,204 results"; `countOf(2, 'authority', 'authorities')` for the irregular. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${readableNumber(count)} ${count === 1 ? one : many}`;
}

/** Words as a list in a sentence: "a, b and c". */
export function inWords(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
