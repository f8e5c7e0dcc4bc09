import {
  ageBands,
  type Code,
  concernCategories,
  familyEngagement,
  interventions,
  legitimacyChallenges,
  outcomes,
  referralSources,
  regions,
  themes,
  thresholdDecisions,
} from '@practice-exchange/vocabulary';
import type { Band, Dimension } from '../model.ts';

const bandsOf = (codes: readonly Code[]): readonly Band[] => codes.map(({ code, label }) => ({ code, label }));

const flat = (id: string, label: string, codes: readonly Code[]): Dimension => ({
  id,
  label,
  levels: [{ id: 'each', bands: bandsOf(codes) }],
});

/** Two fixed levels: `broad` bands, and `each` code within the band that names it. A code left out is a band by itself. */
function nested(
  id: string,
  label: string,
  codes: readonly Code[],
  broad: readonly { readonly code: string; readonly label: string; readonly holds: readonly string[] }[],
): Dimension {
  const bandOf = new Map(broad.flatMap(({ code, holds }) => holds.map((held) => [held, code] as const)));
  const alone = codes.filter(({ code }) => !bandOf.has(code));
  return {
    id,
    label,
    levels: [
      { id: 'broad', bands: [...broad.map(({ code, label: name }) => ({ code, label: name })), ...bandsOf(alone)] },
      {
        id: 'each',
        bands: codes.map(({ code, label: name }) => ({ code, label: name, within: bandOf.get(code) ?? code })),
      },
    ],
  };
}

/** The nine regions of England. */
export const regionDimension = flat('region', 'Region', regions);

/** Several may apply to one referral. */
export const categoryDimension: Dimension = {
  ...flat('concern-category', 'Concern category', concernCategories),
  several: true,
};

/** In outcomes, a case is counted once under each of its categories, so that the parts make up the total. */
export const categoryOfOutcomeDimension = nested('concern-category', 'Concern category', concernCategories, [
  {
    code: 'violence',
    label: 'Extreme violence or school massacre',
    holds: ['fascination-with-extreme-violence', 'school-massacre'],
  },
  {
    code: 'other-or-mixed-ideology',
    label: 'Other, mixed or single-issue ideology',
    holds: ['left-wing-anarchist-single-issue', 'incel', 'conflicted', 'other-ideology'],
  },
]);

export const referralSourceDimension = nested('referral-source', 'Referral source', referralSources, [
  { code: 'education', label: 'Education', holds: ['early-years', 'school', 'college'] },
  { code: 'health-services', label: 'Health services', holds: ['health', 'mental-health'] },
  { code: 'social-care', label: 'Social care and early help', holds: ['childrens-social-care', 'early-help'] },
  { code: 'justice', label: 'Youth justice, probation or prison', holds: ['youth-justice', 'probation'] },
  {
    code: 'family-and-community',
    label: 'Family, community, voluntary or faith organisation, or housing',
    holds: ['housing', 'voluntary-organisation', 'faith-organisation', 'family', 'community'],
  },
]);

export const thresholdDecisionDimension = flat('threshold-decision', 'Threshold decision', thresholdDecisions);

export const ageBandDimension = nested('age-band', 'Age band', ageBands, [
  { code: 'under-10', label: 'Under 10', holds: ['under-5', '5-to-9'] },
  { code: '10-to-15', label: '10 to 15', holds: ['10-to-12', '13-to-15'] },
]);

export const outcomeDimension = nested('outcome', 'Outcome', outcomes, [
  {
    code: 'resolved',
    label: 'No concern, or concern reduced',
    holds: ['no-concern-found', 'concern-reduced', 'closed-with-support', 'channel-completed'],
  },
  { code: 'not-engaged', label: 'Support declined or disengaged', holds: ['support-declined', 'disengaged'] },
  { code: 'returned', label: 'Escalated or referred again', holds: ['escalated', 're-referred'] },
]);

export const themeDimension: Dimension = { ...flat('theme', 'Theme', themes), several: true };

export const interventionDimension: Dimension = {
  ...flat('intervention', 'Intervention', interventions),
  several: true,
};

export const legitimacyDimension: Dimension = {
  ...flat('legitimacy-challenge', 'Legitimacy challenged', legitimacyChallenges),
  several: true,
};

const engagementBands = [
  { code: 'not-engaging', label: 'Refused or suspicious', holds: ['refused', 'suspicious'] },
  { code: 'engaging', label: 'Cooperative or welcomed help', holds: ['cooperative', 'welcomed'] },
];

export const engagementStartDimension = nested(
  'family-engagement-start',
  'Family engagement at the start',
  familyEngagement,
  engagementBands,
);

export const engagementEndDimension = nested(
  'family-engagement-end',
  'Family engagement at the end',
  familyEngagement,
  engagementBands,
);

/** What an authority can have agreed, as practice statements say it. */
export const agreedItems = [
  { code: 'responsibility', label: 'Who is responsible for these cases' },
  { code: 'definitions', label: 'What the terms mean' },
  { code: 'thresholds', label: 'Thresholds for each response' },
  { code: 'response', label: 'How the authority responds' },
  { code: 'single-referral-process', label: 'A single referral process' },
  { code: 'information-sharing', label: 'How information is shared between agencies' },
  { code: 'community-engagement', label: 'How communities are engaged' },
] as const;

/** One dimension for each item: whether it is agreed. The id is `agreed-` and the item's code. */
export const agreedDimensions: readonly Dimension[] = agreedItems.map(({ code, label }) =>
  flat(`agreed-${code}`, label, [
    { code: 'yes', label: 'Agreed' },
    { code: 'partly', label: 'Partly agreed' },
    { code: 'no', label: 'Not agreed' },
  ]),
);
