import type { LearningRecord } from '@practice-exchange/protocol';

let made = 0;

/** A complete learning record that differs from every other one made in this process. */
export function exampleLearning(changes: Partial<LearningRecord> = {}): LearningRecord {
  made += 1;
  return {
    title: `What we learned from visit number ${made}`,
    summary: 'A family would not open the door until somebody explained why we came.',
    situation: 'A school was worried about what a teenager had said in a lesson.',
    response: 'A social worker and the school visited together and explained what would happen.',
    whatHappened: 'The family agreed to a second visit.',
    whatWorked: 'Explaining first.',
    whatDidNot: 'Sending a letter.',
    learningPoints: ['Explain before you ask.'],
    nextTime: 'We would ring before we write.',
    themes: ['families-and-communities'],
    concernCategories: ['no-ideology-identified'],
    referralSource: 'school',
    agencies: ['school'],
    thresholdDecision: 'early-help',
    interventions: ['joint-visit'],
    familyEngagementStart: 'refused',
    familyEngagementEnd: 'cooperative',
    legitimacyChallenges: ['parent-carer'],
    outcome: 'concern-reduced',
    ageBand: '13-to-15',
    sex: 'withheld',
    setting: 'secondary-school',
    region: 'london',
    period: '2025-Q1',
    ...changes,
  };
}
