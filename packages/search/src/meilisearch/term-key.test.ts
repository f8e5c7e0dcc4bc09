import { describe, expect, it } from 'vitest';
import { termOfValue, termValue } from './term-key.ts';

describe('termValue', () => {
  it('keeps terms apart that the engine takes for one, and is read back', () => {
    const terms = ['father', '2024', '~designated-officer', 'cafe', 'café', 'موعظة', 'موعظه', '=1'];
    const values = terms.map(termValue);
    expect(values.every((value) => /^[ -~]+$/.test(value))).toBe(true);
    expect(new Set(values).size).toBe(terms.length);
    expect(values.map(termOfValue)).toEqual(terms);
    expect(termValue('father')).toBe('father');
  });
});
