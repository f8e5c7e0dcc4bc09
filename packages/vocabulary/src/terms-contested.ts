import type { TermConcept } from './terms-concept.ts';

/** Terms whose meaning authorities and professions dispute. Each is kept apart from the terms that others use in its place. */
export const contestedTerms: readonly TermConcept[] = [
  {
    id: 'radicalisation',
    preferred: 'Radicalisation',
    alternatives: ['radicalised', 'radicalising', 'radicalise'],
    related: ['extremism', 'grooming', 'indoctrination', 'susceptible', 'violent-extremism'],
    contested:
      'Whether it names a process that can be observed, a kind of grooming, or a judgement made afterwards; and whether holding an idea is enough or only moving towards violence.',
  },
  {
    id: 'extremism',
    preferred: 'Extremism',
    alternatives: ['extremist', 'extremist views'],
    related: ['radicalisation', 'violent-extremism', 'hateful-extremism', 'ideology', 'british-values'],
    contested:
      'The official definition has changed, and agencies work with different ones; authorities differ on where belief that is lawful becomes a safeguarding matter.',
  },
  {
    id: 'violent-extremism',
    preferred: 'Violent extremism',
    alternatives: ['violent extremist'],
    related: ['extremism', 'terrorism'],
    contested:
      'Some hold that only extremism that supports violence concerns safeguarding; others do not draw the line there.',
  },
  {
    id: 'hateful-extremism',
    preferred: 'Hateful extremism',
    alternatives: ['hateful extremist'],
    related: ['extremism', 'hate-crime'],
    contested: 'Proposed as a term for harm short of terrorism, and not adopted by every agency.',
  },
  {
    id: 'vulnerable',
    preferred: 'Vulnerable to radicalisation',
    alternatives: [
      'vulnerable to being drawn into terrorism',
      'vulnerability to radicalisation',
      'vulnerability',
      'vulnerable',
    ],
    related: ['susceptible', 'child-in-need', 'vulnerability-assessment-framework'],
    contested:
      'Social care uses it of a child\'s circumstances; Prevent guidance moved to "susceptible" because not everyone drawn in is vulnerable in that sense.',
  },
  {
    id: 'susceptible',
    preferred: 'Susceptible to radicalisation',
    alternatives: ['susceptibility to radicalisation', 'susceptibility', 'susceptible'],
    related: ['vulnerable', 'radicalisation'],
    contested:
      'The word of current Prevent guidance; many practitioners find that it blames the child and keep to "vulnerable".',
  },
  {
    id: 'threshold',
    preferred: 'Threshold',
    alternatives: [
      'thresholds',
      'threshold decision',
      'meets threshold',
      'met the threshold',
      'below threshold',
      'level of need',
    ],
    related: ['threshold-document', 'significant-harm', 'no-further-action', 'step-up', 'step-down'],
    contested:
      "Schools, police and social care read the same word as the point for a referral, for Channel, for an assessment or for child protection; each authority's document draws the lines elsewhere.",
  },
  {
    id: 'legitimacy',
    preferred: 'Legitimacy of intervention',
    alternatives: ['legitimacy', 'legitimate to intervene', 'right to intervene', 'justified in intervening'],
    related: ['proportionality', 'freedom-of-belief', 'parental-rights', 'stigma', 'consent'],
    contested: 'Whether the state should step in where the concern is a belief and no harm has been done.',
  },
  {
    id: 'british-values',
    preferred: 'Fundamental British values',
    alternatives: ['British values', 'FBV', 'fundamental values'],
    related: ['extremism', 'smsc', 'prevent-duty'],
    contested: 'Whether values so described are shared, British in particular, or fit to be a test of concern.',
  },
  {
    id: 'ideology',
    preferred: 'Ideology',
    alternatives: ['ideological', 'ideologies', 'ideological concern'],
    related: ['extremism', 'beliefs', 'mixed-ideology', 'no-ideology'],
    contested:
      'Whether a concern needs one: referrals without a clear ideology are read as Prevent matters in some places only.',
  },
  {
    id: 'disguised-compliance',
    preferred: 'Disguised compliance',
    alternatives: [
      'false compliance',
      'feigned compliance',
      'superficial compliance',
      'going through the motions',
      'telling us what we want to hear',
    ],
    related: ['family-resistance', 'family-engagement'],
    contested:
      'Critics say that it reads distrust of services as deceit and ends curiosity about why a family holds back.',
  },
  {
    id: 'hard-to-reach',
    preferred: 'Hard to reach',
    alternatives: ['hard to engage', 'seldom heard'],
    related: ['family-resistance', 'community-engagement', 'mistrust'],
    contested: 'Many hold that services are hard to reach and not the families.',
  },
  {
    id: 'islamist',
    preferred: 'Islamist extremism',
    alternatives: ['Islamist', 'Islamism', 'Islamist extremist', 'Islamic extremism'],
    related: ['extremism', 'islamic-state', 'muslim-families', 'religious-observance'],
    contested:
      'The word ties a political ideology to a faith; communities object where it is used loosely of belief or practice.',
  },
  {
    id: 'over-referral',
    preferred: 'Over-zealous referral',
    alternatives: [
      'over-referral',
      'overreaction',
      'inappropriate referral',
      'knee-jerk referral',
      'defensive referral',
      'covering their backs',
      'just in case referral',
    ],
    related: ['misguided-referral', 'no-concern-found', 'threshold', 'prevent-duty'],
    contested: 'What one agency calls over-zealous the other calls doing its duty.',
  },
];
