import { type Code, notStated } from './code.ts';

/**
 * Categories of concern, following the types of concern that the Home Office publishes in "Individuals referred to
 * Prevent". Several may apply to one case.
 */
export const concernCategories = [
  { code: 'extreme-right-wing', label: 'Extreme right-wing' },
  { code: 'islamist', label: 'Islamist' },
  { code: 'left-wing-anarchist-single-issue', label: 'Left-wing, anarchist or single issue' },
  { code: 'incel', label: 'Incel' },
  { code: 'fascination-with-extreme-violence', label: 'Fascination with extreme violence or mass casualty attacks' },
  { code: 'school-massacre', label: 'School massacre' },
  { code: 'conflicted', label: 'Conflicted', hint: 'Moves between ideologies or mixes them' },
  { code: 'other-ideology', label: 'Other ideology' },
  { code: 'no-ideology-identified', label: 'No ideology identified', hint: 'Vulnerability present, no ideology' },
  { code: 'no-extremism-concern', label: 'No extremism concern found', hint: 'The referral turned out to be no risk' },
] as const satisfies readonly Code[];

/** Who made the referral. */
export const referralSources = [
  { code: 'early-years', label: 'Early years provider' },
  { code: 'school', label: 'School' },
  { code: 'college', label: 'College or university' },
  { code: 'police', label: 'Police' },
  { code: 'health', label: 'Health' },
  { code: 'mental-health', label: 'Mental health service' },
  { code: 'childrens-social-care', label: "Children's social care" },
  { code: 'early-help', label: 'Early help' },
  { code: 'youth-justice', label: 'Youth justice service' },
  { code: 'probation', label: 'Probation or prison' },
  { code: 'housing', label: 'Housing' },
  { code: 'voluntary-organisation', label: 'Voluntary organisation' },
  { code: 'faith-organisation', label: 'Faith organisation' },
  { code: 'family', label: 'Family member or the child' },
  { code: 'community', label: 'Member of the community' },
  { code: 'other-authority', label: 'Another authority' },
  ...notStated,
] as const satisfies readonly Code[];

/** Agencies that took part. */
export const agencies = [
  { code: 'childrens-social-care', label: "Children's social care" },
  { code: 'early-help', label: 'Early help' },
  { code: 'prevent-team', label: 'Prevent coordinator or education officer' },
  { code: 'channel-panel', label: 'Channel panel' },
  { code: 'counter-terrorism-policing', label: 'Counter Terrorism Policing' },
  { code: 'local-police', label: 'Local police' },
  { code: 'school', label: 'School' },
  { code: 'college', label: 'College or university' },
  { code: 'early-years', label: 'Early years provider' },
  { code: 'virtual-school', label: 'Virtual school or education welfare' },
  { code: 'camhs', label: 'Child and adolescent mental health service' },
  { code: 'health', label: 'GP, school nurse or health visitor' },
  { code: 'adult-services', label: 'Adult social care or adult mental health' },
  { code: 'youth-justice', label: 'Youth justice service' },
  { code: 'youth-service', label: 'Youth service' },
  { code: 'probation', label: 'Probation or prison' },
  { code: 'housing', label: 'Housing' },
  { code: 'lado', label: 'Local authority designated officer' },
  { code: 'legal', label: 'Local authority legal team or family court' },
  { code: 'intervention-provider', label: 'Home Office intervention provider' },
  { code: 'voluntary-organisation', label: 'Voluntary organisation' },
  { code: 'faith-organisation', label: 'Faith organisation' },
  { code: 'other-authority', label: 'Another authority' },
] as const satisfies readonly Code[];

/** The threshold decision that was made. */
export const thresholdDecisions = [
  { code: 'no-further-action', label: 'No further action' },
  { code: 'early-help', label: 'Early help' },
  { code: 'child-in-need', label: 'Child in need' },
  { code: 'child-protection', label: 'Child protection' },
  { code: 'channel', label: 'Channel' },
  ...notStated,
] as const satisfies readonly Code[];

/** What was done with the child and the family. */
export const interventions = [
  { code: 'whole-family-work', label: 'Whole-family work' },
  { code: 'direct-work-with-child', label: 'Direct work with the child' },
  { code: 'parenting-support', label: 'Parenting support' },
  { code: 'mentoring', label: 'Mentoring' },
  { code: 'ideological-mentoring', label: 'Ideological or theological mentoring' },
  { code: 'online-safety-work', label: 'Online safety work' },
  { code: 'critical-thinking-work', label: 'Critical thinking and media literacy' },
  { code: 'education-support', label: 'Education support' },
  { code: 'mental-health-support', label: 'Mental health support' },
  { code: 'neurodiversity-support', label: 'Neurodiversity support' },
  { code: 'positive-activities', label: 'Positive activities' },
  { code: 'mediation', label: 'Mediation' },
  { code: 'family-group-conference', label: 'Family group conference' },
  { code: 'safety-plan', label: 'Safety plan' },
  { code: 'joint-visit', label: 'Joint visit' },
  { code: 'community-engagement', label: 'Community engagement' },
  { code: 'legal-proceedings', label: 'Legal proceedings' },
  { code: 'practice-consultation', label: 'Consultation with a specialist' },
  { code: 'none', label: 'None' },
] as const satisfies readonly Code[];

/** How the family engaged, from least to most. Recorded at the start and at the end. */
export const familyEngagement = [
  { code: 'refused', label: 'Refused' },
  { code: 'suspicious', label: 'Suspicious' },
  { code: 'mixed', label: 'Mixed', hint: 'Family members differed' },
  { code: 'cooperative', label: 'Cooperative' },
  { code: 'welcomed', label: 'Welcomed help' },
  { code: 'not-approached', label: 'Not approached' },
  ...notStated,
] as const satisfies readonly Code[];

/** Whether the legitimacy of intervening was challenged, and by whom. */
export const legitimacyChallenges = [
  { code: 'not-challenged', label: 'Not challenged' },
  { code: 'child', label: 'By the child' },
  { code: 'parent-carer', label: 'By a parent or carer' },
  { code: 'wider-family', label: 'By the wider family' },
  { code: 'community', label: 'By the community' },
  { code: 'school', label: 'By a school or college' },
  { code: 'partner-agency', label: 'By a partner agency' },
  { code: 'own-staff', label: 'By our own staff' },
  { code: 'legal-representative', label: 'By a legal representative' },
  ...notStated,
] as const satisfies readonly Code[];

/** What came of it. */
export const outcomes = [
  { code: 'no-concern-found', label: 'No concern found' },
  { code: 'concern-reduced', label: 'Concern reduced' },
  { code: 'closed-with-support', label: 'Closed with support in place' },
  { code: 'channel-completed', label: 'Channel support completed' },
  { code: 'support-declined', label: 'Support declined' },
  { code: 'disengaged', label: 'Family or child disengaged' },
  { code: 'escalated', label: 'Concern escalated' },
  { code: 're-referred', label: 'Referred again later' },
  { code: 'moved-away', label: 'Moved to another authority' },
  { code: 'ongoing', label: 'Work continues' },
  ...notStated,
] as const satisfies readonly Code[];

/** Age at referral. No exact age is ever recorded. */
export const ageBands = [
  { code: 'under-5', label: 'Under 5' },
  { code: '5-to-9', label: '5 to 9' },
  { code: '10-to-12', label: '10 to 12' },
  { code: '13-to-15', label: '13 to 15' },
  { code: '16-to-17', label: '16 to 17' },
  { code: 'several', label: 'Several children' },
  ...notStated,
] as const satisfies readonly Code[];

/** Sex. May be withheld. */
export const sexes = [
  { code: 'female', label: 'Female' },
  { code: 'male', label: 'Male' },
  { code: 'several', label: 'Several children' },
  ...notStated,
] as const satisfies readonly Code[];

/** Where the concern showed itself. */
export const settings = [
  { code: 'home', label: 'Family home' },
  { code: 'early-years', label: 'Early years' },
  { code: 'primary-school', label: 'Primary school' },
  { code: 'secondary-school', label: 'Secondary school' },
  { code: 'alternative-provision', label: 'Alternative provision' },
  { code: 'special-school', label: 'Special school' },
  { code: 'elective-home-education', label: 'Elective home education' },
  { code: 'college', label: 'College' },
  { code: 'online', label: 'Online' },
  { code: 'residential-care', label: 'Residential care' },
  { code: 'foster-care', label: 'Foster care' },
  { code: 'custody', label: 'Custody or youth justice' },
  { code: 'health', label: 'Health' },
  { code: 'faith-setting', label: 'Faith setting' },
  { code: 'community', label: 'Community' },
  ...notStated,
] as const satisfies readonly Code[];

export type ConcernCategory = (typeof concernCategories)[number]['code'];
export type ReferralSource = (typeof referralSources)[number]['code'];
export type Agency = (typeof agencies)[number]['code'];
export type ThresholdDecision = (typeof thresholdDecisions)[number]['code'];
export type Intervention = (typeof interventions)[number]['code'];
export type FamilyEngagement = (typeof familyEngagement)[number]['code'];
export type LegitimacyChallenge = (typeof legitimacyChallenges)[number]['code'];
export type Outcome = (typeof outcomes)[number]['code'];
export type AgeBand = (typeof ageBands)[number]['code'];
export type Sex = (typeof sexes)[number]['code'];
export type Setting = (typeof settings)[number]['code'];
