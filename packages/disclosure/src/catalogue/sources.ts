import type { Source } from '../model.ts';
import {
  ageBandDimension,
  agreedDimensions,
  categoryDimension,
  categoryOfOutcomeDimension,
  engagementEndDimension,
  engagementStartDimension,
  interventionDimension,
  legitimacyDimension,
  outcomeDimension,
  referralSourceDimension,
  regionDimension,
  themeDimension,
  thresholdDecisionDimension,
} from './dimensions.ts';

/** Referrals, from caseload returns: a total for each authority and four breakdowns of it. */
export const referralsSource: Source = {
  id: 'referrals',
  title: 'Referrals, from caseload returns',
  unit: 'referrals',
  kind: 'flow',
  dimensions: [
    regionDimension,
    categoryDimension,
    referralSourceDimension,
    thresholdDecisionDimension,
    ageBandDimension,
  ],
  shape: {
    kind: 'breakdowns',
    common: ['region'],
    breakdowns: [['concern-category'], ['referral-source'], ['threshold-decision'], ['age-band']],
  },
};

/** Assessments, from caseload returns: a total for each authority and its breakdown by concern category. */
export const assessmentsSource: Source = {
  id: 'assessments',
  title: 'Assessments, from caseload returns',
  unit: 'assessments',
  kind: 'flow',
  dimensions: [regionDimension, categoryDimension],
  shape: { kind: 'breakdowns', common: ['region'], breakdowns: [['concern-category']] },
};

/** Cases that ended, from caseload returns: by outcome and concern category together. */
export const outcomesSource: Source = {
  id: 'outcomes',
  title: 'Cases that ended, from caseload returns',
  unit: 'cases by category',
  kind: 'flow',
  dimensions: [regionDimension, outcomeDimension, categoryOfOutcomeDimension],
  shape: { kind: 'records' },
};

/** Learning records, by the quarter in which they were first published to the network. */
export const learningSource: Source = {
  id: 'learning',
  title: 'Learning records published',
  unit: 'learning records',
  kind: 'flow',
  dimensions: [
    regionDimension,
    themeDimension,
    categoryDimension,
    referralSourceDimension,
    thresholdDecisionDimension,
    interventionDimension,
    engagementStartDimension,
    engagementEndDimension,
    legitimacyDimension,
    outcomeDimension,
    ageBandDimension,
  ],
  shape: { kind: 'records' },
};

/** Practice statements as at the release: one for each authority that has made one. */
export const statementsSource: Source = {
  id: 'statements',
  title: 'Practice statements',
  unit: 'authorities',
  kind: 'stock',
  dimensions: [regionDimension, ...agreedDimensions],
  shape: { kind: 'records' },
};
