import { describe, expect, it } from 'vitest';
import { agreementItems, practiceStatementSchema } from './practice-statement.ts';
import { examplePracticeStatement as example } from './testing/examples.ts';

describe('a practice statement', () => {
  it('is taken as it is', () => {
    expect(practiceStatementSchema.parse(example)).toEqual(example);
  });

  it('says of each item whether it has been agreed', () => {
    expect(Object.keys(example.agreed).sort()).toEqual(agreementItems.map((item) => item.code).sort());
    for (const { code } of agreementItems) {
      const { [code]: _, ...rest } = example.agreed;
      expect(practiceStatementSchema.safeParse({ ...example, agreed: rest }).success).toBe(false);
    }
  });

  it.each<[string, object]>([
    ['a field that nobody declared', { contactName: 'x' }],
    ['an exact date', { lastConfirmed: '2024-09-12' }],
    ['an agreement in between', { agreed: { ...example.agreed, response: 'nearly' } }],
    ['no responsible function', { responsible: { lead: '', account: 'x' } }],
    ['a concept that is no code', { definitions: [{ concept: 'Early help', localTerm: 'x', meaning: 'x' }] }],
  ])('is refused with %s', (_, change) => {
    expect(practiceStatementSchema.safeParse({ ...example, ...change }).success).toBe(false);
  });

  it('may define nothing yet', () => {
    expect(practiceStatementSchema.safeParse({ ...example, definitions: [] }).success).toBe(true);
  });
});
