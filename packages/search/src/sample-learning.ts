import type { LearningDocument } from './learning-document.ts';

/** The parts of a learning document that a test cares about; prose not given is a neutral sentence. */
export type SampleParts = Partial<Omit<LearningDocument, 'record'>> & {
  readonly id: string;
  readonly record?: Partial<LearningDocument['record']>;
};

/** A whole learning document around the parts that a test, an example or a benchmark cares about. */
export function sampleLearning({ record, ...parts }: SampleParts): LearningDocument {
  return {
    revision: 1,
    authority: '6f1c2a54-0000-4000-8000-000000000001',
    region: 'north-east',
    prevalenceBand: 'high',
    audience: { scope: 'network' },
    published: '2026-01-15',
    ...parts,
    record: {
      title: 'An ordinary title',
      summary: 'An ordinary summary.',
      situation: 'An ordinary situation.',
      response: 'An ordinary response.',
      whatHappened: 'Ordinary events.',
      whatWorked: 'Ordinary success.',
      whatDidNot: 'Ordinary difficulty.',
      learningPoints: ['An ordinary point.'],
      nextTime: 'Ordinary plans.',
      themes: ['partner-agencies'],
      concernCategories: ['conflicted'],
      referralSource: 'police',
      agencies: ['local-police'],
      thresholdDecision: 'no-further-action',
      interventions: ['mentoring'],
      familyEngagementStart: 'mixed',
      familyEngagementEnd: 'mixed',
      legitimacyChallenges: ['not-challenged'],
      outcome: 'ongoing',
      ageBand: '13-to-15',
      sex: 'withheld',
      setting: 'community',
      region: 'north-east',
      period: '2025-Q3',
      ...record,
    },
  };
}
