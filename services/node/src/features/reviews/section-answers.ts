import {
  audienceSchema,
  authoritiesAudience,
  canonicalise,
  type LearningCodes,
  type LearningProse,
  periodSchema,
  regionsAudience,
  sha256,
  wholeNetwork,
} from '@practice-exchange/protocol';
import type { Region } from '@practice-exchange/vocabulary';
import { type FormError, type FormValues, formError } from '@practice-exchange/web';
import { asked, type WorkingReview } from './case-review.ts';
import type { Question, Section } from './sections.ts';

/** What is answered in one section, by field; a field without an answer is absent. */
export type Answers = Readonly<Record<string, unknown>>;

/** The answers that a working text has in a section. */
export function answersIn(section: Section, { prose, codes, audience }: WorkingReview): Answers {
  const all: Record<string, unknown> = { ...prose, ...codes, audience };
  return Object.fromEntries(
    section.questions.flatMap(({ field }) => (all[field] === undefined ? [] : [[field, all[field]]])),
  );
}

/** The working text with the answers of one section put in place; fields of other sections stay as they are. */
export function withAnswers(section: Section, working: WorkingReview, answers: Answers): WorkingReview {
  const prose: Record<string, unknown> = { ...working.prose };
  const codes: Record<string, unknown> = { ...working.codes };
  let { audience } = working;
  for (const { kind, field } of section.questions) {
    const answer = answers[field];
    if (kind === 'audience') {
      audience = audienceSchema.parse(answer ?? wholeNetwork);
      continue;
    }
    const part = kind === 'codes' || kind === 'period' ? codes : prose;
    if (answer === undefined) delete part[field];
    else part[field] = answer;
  }
  return { prose: prose as Partial<LearningProse>, codes: codes as Partial<LearningCodes>, audience };
}

/** What tells two states of a section apart: a page carries it, so that a change by somebody else is seen when it is sent. */
export function basisOf(section: Section, working: WorkingReview): string {
  return sha256(canonicalise(answersIn(section, working) as never)).slice(0, 16);
}

/** The answers in a posted form. Nothing typed is refused here: an answer that is too long is a draft all the same. */
export function answersFrom(section: Section, typed: FormValues, prefix = ''): Answers {
  const answers: Record<string, unknown> = {};
  for (const question of section.questions) {
    const answer = answerFrom(question, typed, prefix);
    if (answer !== undefined) answers[question.field] = answer;
  }
  return answers;
}

function answerFrom(question: Question, typed: FormValues, prefix: string): unknown {
  const value = typed[prefix + question.field];
  switch (question.kind) {
    case 'line':
    case 'prose':
    case 'period':
      return textIn(value) || undefined;
    case 'list': {
      const items = linesOf(textIn(value));
      return items.length > 0 ? items : undefined;
    }
    case 'codes': {
      const known = listIn(value).filter((code) => question.codes.some((entry) => entry.code === code));
      if (known.length === 0) return undefined;
      return question.several ? known : known[0];
    }
    case 'audience': {
      const regions = listIn(typed[`${prefix}audienceRegions`]);
      const authorities = listIn(typed[`${prefix}audienceAuthorities`]);
      if (value === 'regions' && regions.length > 0) return parsed(() => regionsAudience(regions as Region[]));
      if (value === 'authorities' && authorities.length > 0) return parsed(() => authoritiesAudience(authorities));
      return value === 'network' ? wholeNetwork : undefined;
    }
  }
}

function parsed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Answers as the values of the section's form. */
export function valuesOf(section: Section, answers: Answers, prefix = ''): FormValues {
  const values: Record<string, string | readonly string[]> = {};
  for (const { kind, field } of section.questions) {
    const answer = answers[field];
    if (answer === undefined) continue;
    if (kind === 'list') values[prefix + field] = (answer as string[]).join('\n');
    else if (kind === 'audience') {
      const audience = audienceSchema.parse(answer);
      values[`${prefix}audience`] = audience.scope;
      if (audience.scope === 'regions') values[`${prefix}audienceRegions`] = audience.regions;
      if (audience.scope === 'authorities') values[`${prefix}audienceAuthorities`] = audience.authorities;
    } else values[prefix + field] = answer as string | readonly string[];
  }
  return values;
}

/** What is wrong with a section's answers: missing, too long, or not a period. The same sentences on every page. */
export function mistakesIn(section: Section, answers: Answers): FormError[] {
  return section.questions.flatMap((question) => {
    const message = mistakeIn(question, answers[question.field]);
    return message === null ? [] : [formError(question.field, message)];
  });
}

function mistakeIn(question: Question, answer: unknown): string | null {
  if (answer === undefined) {
    return question.kind === 'audience' ? 'Select who may see it, and which' : (asked[question.field] ?? 'Answer this');
  }
  switch (question.kind) {
    case 'line':
    case 'prose':
      return (answer as string).length > question.limit
        ? `${question.label.replace('?', '')}: use ${question.limit.toLocaleString('en-GB')} characters or fewer`
        : null;
    case 'list': {
      const items = answer as string[];
      if (items.length > question.most) return `Enter ${question.most} learning points or fewer`;
      return items.some((item) => item.length > question.limit)
        ? `Each learning point can be ${question.limit.toLocaleString('en-GB')} characters or fewer`
        : null;
    }
    case 'period':
      return periodSchema.safeParse(answer).success ? null : (asked.period ?? null);
    case 'codes':
    case 'audience':
      return null;
  }
}

function textIn(value: FormValues[string] | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}

function listIn(value: FormValues[string] | undefined): string[] {
  return (typeof value === 'string' ? [value] : [...(value ?? [])]).filter((item) => item !== '');
}

/** The items of a list that was typed one to a line, with or without bullets. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-*•–]|\d{1,2}[.)])\s+/, '').trim())
    .filter((line) => line !== '');
}
