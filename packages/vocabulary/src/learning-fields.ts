import type { Code } from './code.ts';
import {
  ageBands,
  agencies,
  concernCategories,
  familyEngagement,
  interventions,
  legitimacyChallenges,
  outcomes,
  referralSources,
  settings,
  sexes,
  thresholdDecisions,
} from './learning-record-codes.ts';
import { prevalenceBands, regions } from './places.ts';
import { themes } from './themes.ts';

/** A coded field of a learning record: its name in the record, what people call it, its codes, and whether several apply. */
export type LearningField = {
  readonly field: string;
  readonly label: string;
  readonly codes: readonly Code[];
  readonly several: boolean;
};

/** The coded fields of a learning record, in the order in which they are asked and read. */
export const learningFields = [
  { field: 'themes', label: 'Learning themes', codes: themes, several: true },
  { field: 'concernCategories', label: 'Category of concern', codes: concernCategories, several: true },
  { field: 'referralSource', label: 'Referral source', codes: referralSources, several: false },
  { field: 'agencies', label: 'Agencies involved', codes: agencies, several: true },
  { field: 'thresholdDecision', label: 'Threshold decision', codes: thresholdDecisions, several: false },
  { field: 'interventions', label: 'Interventions', codes: interventions, several: true },
  { field: 'familyEngagementStart', label: 'Family engagement at the start', codes: familyEngagement, several: false },
  { field: 'familyEngagementEnd', label: 'Family engagement at the end', codes: familyEngagement, several: false },
  { field: 'legitimacyChallenges', label: 'Legitimacy challenged', codes: legitimacyChallenges, several: true },
  { field: 'outcome', label: 'Outcome', codes: outcomes, several: false },
  { field: 'ageBand', label: 'Age band', codes: ageBands, several: false },
  { field: 'sex', label: 'Sex', codes: sexes, several: false },
  { field: 'setting', label: 'Setting', codes: settings, several: false },
  { field: 'region', label: 'Region', codes: regions, several: false },
] as const satisfies readonly LearningField[];

/** What learning can be filtered by besides its own fields: the prevalence band of the authority behind it. */
export const prevalenceField = {
  field: 'prevalenceBand',
  label: 'Prevalence',
  codes: prevalenceBands,
  several: false,
} as const satisfies LearningField;
