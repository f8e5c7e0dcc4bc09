import { type Citation, type LearningRecord, type ReadCodes, referenceOf } from '@practice-exchange/protocol';
import { labelOf, prevalenceBands, regions } from '@practice-exchange/vocabulary';
import type { SharedRecord } from './store.ts';

/** What a reader sees of a record in a list: never the authority, only its region and band. */
export function cardOf(record: SharedRecord) {
  const { id, revision, content, prevalenceBand } = record;
  return {
    id,
    revision,
    title: content.title,
    summary: content.summary,
    codes: codesOf(content),
    region: content.region,
    prevalenceBand,
    period: content.period,
    citation: citationOf(record),
  };
}

/** The coded fields of a record, without region and period, which stand beside them. */
export function codesOf(content: LearningRecord): ReadCodes {
  return {
    themes: content.themes,
    concernCategories: content.concernCategories,
    referralSource: content.referralSource,
    agencies: content.agencies,
    thresholdDecision: content.thresholdDecision,
    interventions: content.interventions,
    familyEngagementStart: content.familyEngagementStart,
    familyEngagementEnd: content.familyEngagementEnd,
    legitimacyChallenges: content.legitimacyChallenges,
    outcome: content.outcome,
    ageBand: content.ageBand,
    sex: content.sex,
    setting: content.setting,
  };
}

/** A citation that stays the same for as long as the revision does. */
export function citationOf({ id, revision, content, prevalenceBand, publishedAt }: SharedRecord): Citation {
  const reference = referenceOf(id);
  const band = prevalenceBand ? `, ${labelOf(prevalenceBands, prevalenceBand).toLowerCase()} authority` : '';
  return {
    reference,
    text: `“${content.title}” (${publishedAt.getUTCFullYear()}). Practice Exchange learning record ${reference}, revision ${revision}. ${labelOf(regions, content.region)}${band}.`,
  };
}
