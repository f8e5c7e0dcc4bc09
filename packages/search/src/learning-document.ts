import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import {
  agencies,
  type Code,
  concernCategories,
  interventions,
  labelOf,
  outcomes,
  type PrevalenceBand,
  type Region,
  referralSources,
  settings,
  themes,
  thresholdDecisions,
} from '@practice-exchange/vocabulary';
import { audienceTokens } from './audience.ts';
import type { IndexDocument, Passage } from './index-document.ts';

/**
 * A learning record as it is indexed. `authority` is the owner's UUID, `region` and `prevalenceBand` are the owner's
 * (null when no caseload return says), `published` is an ISO date or instant.
 */
export type LearningDocument = {
  readonly id: string;
  readonly revision: number;
  readonly authority: string;
  readonly region: Region;
  readonly prevalenceBand: PrevalenceBand | null;
  readonly audience: Audience;
  readonly published: string;
  readonly record: LearningRecord;
};

/** Codes that say that nothing is known, or nothing was done: their labels would match every other query. */
const wordless = new Set(['unknown', 'withheld', 'none']);

function labels(list: readonly Code[], codes: readonly string[]): string[] {
  return codes.filter((code) => !wordless.has(code)).map((code) => labelOf(list, code));
}

/** The prose of a learning record as passages, in reading order. */
export function passagesOf(record: LearningRecord): Passage[] {
  return [
    { field: 'title', text: record.title },
    { field: 'summary', text: record.summary },
    { field: 'situation', text: record.situation },
    { field: 'response', text: record.response },
    { field: 'whatHappened', text: record.whatHappened },
    { field: 'whatWorked', text: record.whatWorked },
    { field: 'whatDidNot', text: record.whatDidNot },
    ...record.learningPoints.map((text): Passage => ({ field: 'learningPoints', text })),
    { field: 'nextTime', text: record.nextTime },
  ];
}

/** The shape that both engines index, from a learning record. */
export function toIndexDocument(document: LearningDocument): IndexDocument {
  const { record } = document;
  return {
    id: document.id,
    revision: document.revision,
    passages: passagesOf(record),
    labels: [
      ...labels(themes, record.themes),
      ...labels(concernCategories, record.concernCategories),
      ...labels(referralSources, [record.referralSource]),
      ...labels(agencies, record.agencies),
      ...labels(thresholdDecisions, [record.thresholdDecision]),
      ...labels(interventions, record.interventions),
      ...labels(outcomes, [record.outcome]),
      ...labels(settings, [record.setting]),
    ],
    codes: {
      themes: record.themes,
      concernCategories: record.concernCategories,
      referralSource: [record.referralSource],
      agencies: record.agencies,
      thresholdDecision: [record.thresholdDecision],
      interventions: record.interventions,
      familyEngagementStart: [record.familyEngagementStart],
      familyEngagementEnd: [record.familyEngagementEnd],
      legitimacyChallenges: record.legitimacyChallenges,
      outcome: [record.outcome],
      ageBand: [record.ageBand],
      sex: [record.sex],
      setting: [record.setting],
      region: [record.region],
      period: [record.period],
      ...(document.prevalenceBand === null ? {} : { prevalenceBand: [document.prevalenceBand] }),
      authority: [document.authority],
    },
    audience: audienceTokens(document.authority, document.audience),
    published: document.published,
  };
}
