import type { LearningCodeField } from './data/code-cues.ts';
import { codeCues } from './data/code-cues.ts';

/** A code that the prose speaks for, with the passage that does, for the author to accept or refuse. */
export type CodeSuggestion = {
  readonly field: LearningCodeField;
  readonly code: string;
  /** The passage's words, and where they stand in the text: UTF-16 offsets. */
  readonly passage: string;
  readonly start: number;
  readonly end: number;
  /** How many passages speak for the code. */
  readonly passages: number;
};

type Compiled = { readonly field: LearningCodeField; readonly code: string; readonly pattern: RegExp };

const compiled: readonly Compiled[] = Object.entries(codeCues).flatMap(([field, codes]) =>
  Object.entries(codes).map(([code, cues]) => ({
    field: field as LearningCodeField,
    code,
    pattern: new RegExp(`\\b(?:${cues})`, 'gi'),
  })),
);

const negation =
  /\b(?:no|not|never|without|nor|neither|didn't|did not|wasn't|rather than|instead of)\b[^.,:;\n]{0,24}$/i;

/**
 * Themes and codes that a text suggests by the words that practitioners use for them; most passages first within a field. A
 * passage that denies the words ("no referral to Channel") suggests nothing. Suggestions are never applied by themselves.
 */
export function suggestCodes(text: string): CodeSuggestion[] {
  const suggestions: CodeSuggestion[] = [];
  for (const { field, code, pattern } of compiled) {
    const found = [...text.matchAll(pattern)].filter(
      (match) => !negation.test(text.slice(Math.max(0, match.index - 40), match.index)),
    );
    const first = found[0];
    if (first) {
      const range = passageAround(text, first.index, first.index + first[0].length);
      suggestions.push({ field, code, passages: found.length, passage: text.slice(range.start, range.end), ...range });
    }
  }
  return suggestions.sort((a, b) => a.field.localeCompare(b.field) || b.passages - a.passages || a.start - b.start);
}

/** The sentence around a range, at most 240 characters, cut at spaces. */
function passageAround(text: string, from: number, to: number): { start: number; end: number } {
  let start = from;
  while (start > 0 && from - start < 120 && !/[.!?\n]/.test(text.charAt(start - 1))) {
    start--;
  }
  let end = to;
  while (end < text.length && end - to < 120 && !/[.!?\n]/.test(text.charAt(end - 1))) {
    end++;
  }
  while (start < from && /[\s,;:]/.test(text.charAt(start))) {
    start++;
  }
  while (end > to && /\s/.test(text.charAt(end - 1))) {
    end--;
  }
  return { start, end };
}
