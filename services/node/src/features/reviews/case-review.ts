import {
  type Audience,
  type LearningCodes,
  type LearningProse,
  type LearningRecord,
  learningRecordSchema,
} from '@practice-exchange/protocol';

/** Where a case review stands. An edit takes every state but the last two back to `draft`. */
export type ReviewState = 'draft' | 'in-review' | 'returned' | 'approved' | 'published' | 'withdrawn' | 'removed';

/** The working text: whatever the author has so far. Private to the node, in every state. */
export type WorkingReview = {
  prose: Partial<LearningProse>;
  codes: Partial<LearningCodes>;
  audience: Audience;
};

/** A case review with its working text. `version` goes up with every edit. */
export type CaseReview = {
  id: string;
  record: string;
  author: { id: string; name: string };
  state: ReviewState;
  working: WorkingReview;
  version: number;
  published: { edition: number; revision: number; audience: Audience } | null;
  createdAt: Date;
  updatedAt: Date;
};

/** What is still missing before a review can be sent for second reading: the field and what to do. */
export type Missing = { field: string; message: string };

/** What to do about a field that has no answer, in the words of every page. */
export const asked: Record<string, string> = {
  title: 'Enter a title',
  summary: 'Enter a summary of one sentence',
  situation: 'Say what the situation was',
  response: 'Say what was done, by whom and in what order',
  whatHappened: 'Say what happened',
  whatWorked: 'Say what worked',
  whatDidNot: 'Say what did not work',
  learningPoints: 'Enter at least one learning point',
  nextTime: 'Say what you would do next time',
  themes: 'Choose at least one theme',
  concernCategories: 'Choose at least one category of concern',
  referralSource: 'Choose who made the referral',
  agencies: 'Choose the agencies that took part',
  thresholdDecision: 'Choose the threshold decision',
  interventions: 'Choose at least one intervention, or “None”',
  familyEngagementStart: 'Choose how the family engaged at the start',
  familyEngagementEnd: 'Choose how the family engaged at the end',
  legitimacyChallenges: 'Choose whether the legitimacy of intervening was challenged',
  outcome: 'Choose the outcome',
  ageBand: 'Choose an age band',
  sex: 'Choose a sex, or “Withheld”',
  setting: 'Choose a setting',
  region: 'Choose a region',
  period: 'Enter a quarter such as 2024-Q3 or a financial year such as 2024-25',
};

/** The learning record that the working text amounts to, or what is missing from it. */
export function recordFrom(
  working: WorkingReview,
): { ok: true; record: LearningRecord } | { ok: false; missing: Missing[] } {
  const parsed = learningRecordSchema.safeParse({ ...working.prose, ...working.codes });
  if (parsed.success) return { ok: true, record: parsed.data };
  const missing = new Map<string, Missing>();
  for (const issue of parsed.error.issues) {
    const field = String(issue.path[0] ?? '');
    const isLong = issue.code === 'too_big';
    missing.set(field, {
      field,
      message: isLong ? 'Make this shorter' : (asked[field] ?? 'Check this answer'),
    });
  }
  return { ok: false, missing: [...missing.values()] };
}
