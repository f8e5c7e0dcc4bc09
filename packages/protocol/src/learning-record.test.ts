import { describe, expect, it } from 'vitest';
import { learningRecordSchema, periodSchema } from './learning-record.ts';
import { exampleLearningRecord } from './testing/examples.ts';

describe('a learning record', () => {
  it('is taken as it is', () => {
    expect(learningRecordSchema.parse(exampleLearningRecord)).toEqual(exampleLearningRecord);
  });

  it.each<[string, object]>([
    ['a field that nobody declared', { childName: 'x' }],
    ['a code that is not in the vocabulary', { outcome: 'solved' }],
    ['a code twice', { agencies: ['school', 'school'] }],
    ['no theme', { themes: [] }],
    ['an empty passage', { situation: '  ' }],
    ['no learning points', { learningPoints: [] }],
    ['an exact date', { period: '2024-09-12' }],
  ])('is refused with %s', (_, change) => {
    expect(learningRecordSchema.safeParse({ ...exampleLearningRecord, ...change }).success).toBe(false);
  });

  it.each(Object.keys(exampleLearningRecord))('is refused without its %s', (field) => {
    const { [field as 'title']: _, ...rest } = exampleLearningRecord;
    expect(learningRecordSchema.safeParse(rest).success).toBe(false);
  });
});

describe('a period', () => {
  it.each(['2024-Q1', '2024-Q4', '2024-25', '2099-00'])('may be %s', (period) => {
    expect(periodSchema.safeParse(period).success).toBe(true);
  });

  it.each(['2024', '2024-Q5', '2024-26', '2024-24', '1999-00', '2024-09', 'Q3-2024'])('may not be %s', (period) => {
    expect(periodSchema.safeParse(period).success).toBe(false);
  });
});
