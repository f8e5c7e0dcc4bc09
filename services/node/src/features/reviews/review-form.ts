import {
  audienceSchema,
  type LearningCodes,
  type LearningProse,
  regionsAudience,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { learningFields, type Region } from '@practice-exchange/vocabulary';
import type { WorkingReview } from './case-review.ts';

/** The prose fields of a review as they are asked. */
export const proseFields = [
  { field: 'title', label: 'Title', hint: 'What a colleague elsewhere would look for', rows: 1 },
  { field: 'summary', label: 'Summary', hint: 'One sentence', rows: 2 },
  {
    field: 'situation',
    label: 'What was the situation?',
    hint: 'Who was worried about what, and why. No names, exact ages, dates or places',
    rows: 6,
  },
  { field: 'response', label: 'What was done?', hint: 'By whom, and in what order', rows: 6 },
  { field: 'whatHappened', label: 'What happened?', hint: 'What came of it, for the child and the family', rows: 6 },
  { field: 'whatWorked', label: 'What worked?', hint: '', rows: 5 },
  { field: 'whatDidNot', label: 'What did not work?', hint: 'Colleagues learn most from this', rows: 5 },
  { field: 'learningPoints', label: 'Learning points', hint: 'One on each line', rows: 5 },
  { field: 'nextTime', label: 'What would you do next time?', hint: '', rows: 4 },
] as const;

type Typed = Readonly<Record<string, unknown>>;

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*[-*•]\s*/, '').trim())
    .filter((line) => line !== '');
}

function listOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((item): item is string => typeof item === 'string' && item !== '');
}

/** The working text that a posted form holds. Nothing typed is refused here: an incomplete review is a draft. */
export function workingFrom(typed: Typed): WorkingReview {
  const prose: Partial<LearningProse> = {};
  for (const { field } of proseFields) {
    const text = typeof typed[field] === 'string' ? (typed[field] as string).trim() : '';
    if (text === '') continue;
    if (field === 'learningPoints') prose.learningPoints = lines(text);
    else prose[field] = text;
  }
  const codes: Record<string, unknown> = {};
  for (const { field, codes: list, several } of learningFields) {
    const known = listOf(typed[field]).filter((code) => list.some((entry) => entry.code === code));
    if (known.length > 0) codes[field] = several ? known : known[0];
  }
  if (typeof typed.period === 'string' && typed.period.trim() !== '') codes.period = typed.period.trim();
  return { prose, codes: codes as Partial<LearningCodes>, audience: audienceFrom(typed) };
}

function audienceFrom(typed: Typed) {
  const chosen = listOf(typed.audienceRegions);
  if (typed.audience !== 'regions' || chosen.length === 0) return wholeNetwork;
  return audienceSchema.parse(regionsAudience(chosen as Region[]));
}

/** The typed values that show a working text in the form again. */
export function valuesFrom({ prose, codes, audience }: WorkingReview): Record<string, unknown> {
  return {
    ...prose,
    learningPoints: (prose.learningPoints ?? []).join('\n'),
    ...codes,
    audience: audience.scope,
    audienceRegions: audience.scope === 'regions' ? audience.regions : [],
  };
}
