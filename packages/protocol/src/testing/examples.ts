import type { CaseloadReturn } from '../caseload-return.ts';
import { type KeyLookup, openSigningKey, privateJwkFromSeed, type SigningKey } from '../keys.ts';
import type { LearningRecord } from '../learning-record.ts';
import type { PracticeStatement } from '../practice-statement.ts';

/** Ids, keys and bodies that tests and the test vectors of FEDERATION.md share. The keys are those of published RFCs. */
export const exampleNode = '0b8e7c1a-5d3f-4c2e-9a10-6f2d8e4b7c31';
export const exampleHub = '5f0c2d6e-8a1b-4e7f-b3c9-1d2e3f4a5b6c';
export const exampleRecord = '7d9a4e52-13c8-4b6f-8e0d-92a5c7f1b384';
export const exampleCreated = '2025-01-31T09:30:00Z';

/** The key of RFC 8037 appendix A.1, which is test 1 of RFC 8032 section 7.1. */
export const exampleNodeKey = openSigningKey({
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
});

/** The key of test 2 of RFC 8032 section 7.1. */
export const exampleHubKey = openSigningKey({
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs',
  x: 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
});

/** The key of test 3 of RFC 8032 section 7.1, as the node's recovery key. */
export const exampleRecoveryKey = openSigningKey(
  privateJwkFromSeed(Buffer.from('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 'hex')),
);

/** A lookup that knows these keys and no other. */
export function keysOf(...keys: readonly SigningKey[]): KeyLookup {
  return (kid) => keys.find((key) => key.kid === kid)?.publicJwk;
}

/** The example salt: the bytes 0 to 31. */
export const exampleSalt = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A short learning record with letters beyond ASCII. */
export const exampleLearningRecord: LearningRecord = {
  title: 'A father who would not let us in',
  summary: 'A school referred a child; the father refused every visit until a café meeting with the head of year.',
  situation: 'The child repeated slogans from videos. The father said that nobody had explained why we came.',
  response:
    'The social worker and the head of year met the father away from the home and explained what would be recorded.',
  whatHappened: 'He agreed to a visit. No further concern was found.',
  whatWorked: 'A plain explanation, naïve questions welcomed, and one named contact.',
  whatDidNot: 'Two letters in formal language.',
  learningPoints: ['Explain first, ask second.', 'Meet where the family feels at ease.'],
  nextTime: 'We would ring before we write.',
  themes: ['families-and-communities', 'legitimacy-of-intervention'],
  concernCategories: ['no-extremism-concern'],
  referralSource: 'school',
  agencies: ['childrens-social-care', 'school'],
  thresholdDecision: 'early-help',
  interventions: ['whole-family-work'],
  familyEngagementStart: 'refused',
  familyEngagementEnd: 'cooperative',
  legitimacyChallenges: ['parent-carer'],
  outcome: 'no-concern-found',
  ageBand: '10-to-12',
  sex: 'withheld',
  setting: 'secondary-school',
  region: 'north-west',
  period: '2024-Q3',
};

export const examplePracticeStatement: PracticeStatement = {
  responsible: { lead: 'Assistant director, children’s social care', account: 'One service takes every referral.' },
  definitions: [{ concept: 'early-help', localTerm: 'Family support', meaning: 'Help before a statutory threshold.' }],
  thresholds: 'Child in need when the child is likely to be harmed without services.',
  referralProcess: { single: 'partly', account: 'Schools and health use one form; police use their own.' },
  interventions: 'Whole-family work first.',
  communityEngagement: 'A forum of faith and community groups meets each term.',
  agreed: {
    responsibility: 'yes',
    definitions: 'partly',
    thresholds: 'yes',
    response: 'partly',
    'single-referral-process': 'partly',
    'information-sharing': 'no',
    'community-engagement': 'yes',
  },
  lastConfirmed: '2024-Q3',
};

export const exampleCaseloadReturn: CaseloadReturn = {
  quarter: '2024-Q3',
  childPopulation: 61_200,
  referrals: 5,
  assessments: 3,
  referralsByConcernCategory: { islamist: 2, 'extreme-right-wing': 2, 'no-extremism-concern': 2 },
  assessmentsByConcernCategory: { islamist: 2, 'extreme-right-wing': 1 },
  referralsBySource: { school: 4, police: 1 },
  referralsByThresholdDecision: { 'no-further-action': 2, 'early-help': 2, channel: 1 },
  referralsByAgeBand: { '10-to-12': 1, '13-to-15': 3, unknown: 1 },
  outcomesByConcernCategory: { islamist: { 'concern-reduced': 1 } },
};
