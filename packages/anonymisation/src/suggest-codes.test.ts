import * as vocabulary from '@practice-exchange/vocabulary';
import { describe, expect, it } from 'vitest';
import { codeCues } from './data/code-cues.ts';
import { suggestCodes } from './suggest-codes.ts';

describe('suggested codes', () => {
  it('gives the passage that speaks for each code', () => {
    const text =
      'The school referred the boy. His mother would not let us in: she thought we were spying. Early Help offered mentoring.';
    const suggestions = suggestCodes(text);
    const codes = suggestions.map(({ field, code }) => `${field}:${code}`);
    expect(codes).toContain('referralSource:school');
    expect(codes).toContain('familyEngagement:suspicious');
    expect(codes).toContain('interventions:mentoring');
    for (const one of suggestions) {
      expect(text.slice(one.start, one.end)).toBe(one.passage);
    }
  });

  it('suggests nothing from what is denied', () => {
    expect(suggestCodes('There was no child protection conference and it was not Section 47.')).toEqual([]);
  });

  it('suggests only codes that the vocabulary holds', () => {
    const lists: Record<string, readonly vocabulary.Code[]> = {
      themes: vocabulary.themes,
      concernCategories: vocabulary.concernCategories,
      referralSource: vocabulary.referralSources,
      agencies: vocabulary.agencies,
      thresholdDecision: vocabulary.thresholdDecisions,
      interventions: vocabulary.interventions,
      familyEngagement: vocabulary.familyEngagement,
      legitimacyChallenges: vocabulary.legitimacyChallenges,
      outcome: vocabulary.outcomes,
      setting: vocabulary.settings,
    };
    for (const [field, codes] of Object.entries(codeCues)) {
      const known = lists[field]?.map((entry) => entry.code);
      for (const code of Object.keys(codes)) {
        expect(known, `${field} ${code}`).toContain(code);
      }
    }
  });
});
