import type { Catalogue, PeriodLevel, Source, TableSpecification } from '../model.ts';
import { agreedItems } from './dimensions.ts';
import { assessmentsSource, learningSource, outcomesSource, referralsSource, statementsSource } from './sources.ts';

const severalCategories = 'Several concern categories may apply to one case, so categories sum to more than the total.';
const byPublication =
  'Counted in the quarter of first publication to the network. Published learning is not prevalence.';
const mentions = 'A case is counted once under each of its concern categories.';

/** `dimension` for its only or finest level, `dimension/level` for another. */
function table(
  source: Source,
  id: string,
  title: string,
  period: PeriodLevel,
  dimensions: readonly string[],
  notes: readonly string[] = [],
): TableSpecification {
  return {
    id,
    title,
    source: source.id,
    period,
    dimensions: dimensions.map((each) => {
      const [dimension = '', level = 'each'] = each.split('/');
      return { dimension, level };
    }),
    measure: `number of ${source.unit}`,
    unit: source.unit,
    notes,
  };
}

const referralTables: readonly TableSpecification[] = [
  table(referralsSource, 'referrals', 'Referrals', 'quarter', []),
  table(referralsSource, 'referrals-by-region', 'Referrals by region', 'quarter', ['region']),
  table(
    referralsSource,
    'referrals-by-category',
    'Referrals by concern category',
    'quarter',
    ['concern-category'],
    [severalCategories],
  ),
  table(referralsSource, 'referrals-by-source', 'Referrals by referral source', 'quarter', ['referral-source/broad']),
  table(referralsSource, 'referrals-by-decision', 'Referrals by threshold decision', 'quarter', ['threshold-decision']),
  table(referralsSource, 'referrals-by-age', 'Referrals by age band', 'quarter', ['age-band']),
  table(referralsSource, 'referrals-by-source-in-detail', 'Referrals by each referral source', 'financial-year', [
    'referral-source',
  ]),
  table(
    referralsSource,
    'referrals-by-region-and-category',
    'Referrals by region and concern category',
    'financial-year',
    ['region', 'concern-category'],
    [severalCategories],
  ),
  table(
    referralsSource,
    'referrals-by-region-and-source',
    'Referrals by region and referral source',
    'financial-year',
    ['region', 'referral-source/broad'],
  ),
  table(
    referralsSource,
    'referrals-by-region-and-decision',
    'Referrals by region and threshold decision',
    'financial-year',
    ['region', 'threshold-decision'],
  ),
  table(referralsSource, 'referrals-by-region-and-age', 'Referrals by region and age band', 'financial-year', [
    'region',
    'age-band/broad',
  ]),
];

const assessmentTables: readonly TableSpecification[] = [
  table(assessmentsSource, 'assessments-by-region', 'Assessments by region', 'quarter', ['region']),
  table(
    assessmentsSource,
    'assessments-by-category',
    'Assessments by concern category',
    'quarter',
    ['concern-category'],
    [severalCategories],
  ),
  table(
    assessmentsSource,
    'assessments-by-region-and-category',
    'Assessments by region and concern category',
    'financial-year',
    ['region', 'concern-category'],
    [severalCategories],
  ),
];

const outcomeTables: readonly TableSpecification[] = [
  table(outcomesSource, 'outcomes', 'Cases that ended, by outcome', 'quarter', ['outcome'], [mentions]),
  table(
    outcomesSource,
    'outcomes-by-category',
    'Cases that ended, by concern category',
    'quarter',
    ['concern-category'],
    [mentions],
  ),
  table(
    outcomesSource,
    'outcomes-by-outcome-and-category',
    'Cases that ended, by outcome and concern category',
    'financial-year',
    ['outcome/broad', 'concern-category/broad'],
    [mentions],
  ),
  table(
    outcomesSource,
    'outcomes-by-region-and-outcome',
    'Cases that ended, by region and outcome',
    'financial-year',
    ['region', 'outcome/broad'],
    [mentions],
  ),
];

const learningTables: readonly TableSpecification[] = [
  table(learningSource, 'learning-by-region', 'Learning records by region', 'quarter', ['region'], [byPublication]),
  table(learningSource, 'learning-by-theme', 'Learning records by theme', 'quarter', ['theme'], [byPublication]),
  table(
    learningSource,
    'learning-by-category',
    'Learning records by concern category',
    'financial-year',
    ['concern-category'],
    [byPublication, severalCategories],
  ),
  table(
    learningSource,
    'learning-by-source',
    'Learning records by referral source',
    'financial-year',
    ['referral-source/broad'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-decision',
    'Learning records by threshold decision',
    'quarter',
    ['threshold-decision'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-intervention',
    'Learning records by intervention',
    'financial-year',
    ['intervention'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-engagement',
    'Learning records by family engagement at the end',
    'quarter',
    ['family-engagement-end/broad'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-change-of-engagement',
    'Learning records by family engagement at the start and at the end',
    'financial-year',
    ['family-engagement-start/broad', 'family-engagement-end/broad'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-legitimacy',
    'Learning records by who challenged legitimacy',
    'financial-year',
    ['legitimacy-challenge'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-outcome',
    'Learning records by outcome',
    'financial-year',
    ['outcome'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-age',
    'Learning records by age band',
    'financial-year',
    ['age-band'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-theme-and-engagement',
    'Learning records by theme and family engagement at the end',
    'financial-year',
    ['theme', 'family-engagement-end/broad'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-theme-and-outcome',
    'Learning records by theme and outcome',
    'financial-year',
    ['theme', 'outcome/broad'],
    [byPublication],
  ),
  table(
    learningSource,
    'learning-by-region-and-theme',
    'Learning records by region and theme',
    'financial-year',
    ['region', 'theme'],
    [byPublication],
  ),
];

const statementTables: readonly TableSpecification[] = [
  table(statementsSource, 'statements-by-region', 'Practice statements by region', 'as-at', ['region']),
  ...agreedItems.map(({ code, label }) =>
    table(statementsSource, `statements-on-${code}`, `What has been agreed: ${label.toLowerCase()}`, 'as-at', [
      `agreed-${code}`,
    ]),
  ),
];

/** The national tables: every table that the hub may publish. */
export const tableCatalogue: Catalogue = {
  sources: [referralsSource, assessmentsSource, outcomesSource, learningSource, statementsSource],
  tables: [...referralTables, ...assessmentTables, ...outcomeTables, ...learningTables, ...statementTables],
};
