import type { LearningCodes } from '@practice-exchange/protocol';

/**
 * Figures from which k is seeded while few records have been shared. They are orders of magnitude, rounded by hand from
 * publications of the Office for National Statistics (mid-2023 estimates of the population) and the Home Office
 * (individuals referred to Prevent, to March 2025); they are not statistics and are never shown as such. The method and
 * what it cannot do are in docs/adr/0004-k-is-seeded-from-population-figures.md.
 */

type SingleAgeBand = Exclude<LearningCodes['ageBand'], 'several' | 'withheld' | 'unknown'>;

/** Children in England, and how many of them are referred to Prevent in a year. */
const bands: Record<SingleAgeBand, { children: number; referred: number }> = {
  'under-5': { children: 3_000_000, referred: 30 },
  '5-to-9': { children: 3_350_000, referred: 250 },
  '10-to-12': { children: 2_100_000, referred: 900 },
  '13-to-15': { children: 2_100_000, referred: 2_300 },
  '16-to-17': { children: 1_350_000, referred: 1_100 },
};

const singleBands = Object.keys(bands) as SingleAgeBand[];

/** Where England's children live. */
const regionShares: Record<LearningCodes['region'], number> = {
  'north-east': 0.044,
  'north-west': 0.132,
  'yorkshire-and-the-humber': 0.098,
  'east-midlands': 0.085,
  'west-midlands': 0.11,
  'east-of-england': 0.113,
  london: 0.159,
  'south-east': 0.165,
  'south-west': 0.094,
};

/** Of the children referred, how many are boys. */
const maleShareOfReferred = 0.88;

/** Referrals of people of any age in a year, to the number of households: how many children share a home with one. */
const referralsOfAnyAge = 8_000;
const householdReferralRate = referralsOfAnyAge / 24_000_000;

/** Households with two or more children, of all. */
const shareOfHouseholdsWithSeveralChildren = 0.13;

/** Of the referrals in a year, how many are of each category. A record of several categories is no more common than its rarest. */
const categoryShares: Record<LearningCodes['concernCategories'][number], number> = {
  'extreme-right-wing': 0.2,
  islamist: 0.11,
  'left-wing-anarchist-single-issue': 0.02,
  incel: 0.01,
  'fascination-with-extreme-violence': 0.05,
  'school-massacre': 0.02,
  conflicted: 0.1,
  'other-ideology': 0.02,
  'no-ideology-identified': 0.4,
  'no-extremism-concern': 0.5,
};

/**
 * How many children a year, in the region, fit the age band and sex and either were referred or share a home with somebody
 * who was. Withheld, unknown and "several" sexes fit everybody; "several children" counts homes.
 */
export function expectedChildren(codes: Pick<LearningCodes, 'region'> & Partial<LearningCodes>): number {
  const region = regionShares[codes.region];
  if (codes.ageBand === 'several') return referralsOfAnyAge * region * shareOfHouseholdsWithSeveralChildren;
  const fitting = singleBands.filter(
    (band) =>
      codes.ageBand === band || codes.ageBand === undefined || ['withheld', 'unknown'].includes(codes.ageBand ?? ''),
  );
  let expected = 0;
  for (const band of fitting) {
    const { children, referred } = bands[band];
    for (const sex of ['male', 'female'] as const) {
      if ((codes.sex === 'male' || codes.sex === 'female') && codes.sex !== sex) continue;
      const referredOfSex = referred * (sex === 'male' ? maleShareOfReferred : 1 - maleShareOfReferred);
      expected += region * (referredOfSex + (children / 2) * householdReferralRate);
    }
  }
  return expected;
}

/** The share of the rarest of the categories; 1 when there is none. */
export function shareOfConcern(categories: LearningCodes['concernCategories'] | undefined): number {
  return Math.min(1, ...(categories ?? []).map((category) => categoryShares[category]));
}
