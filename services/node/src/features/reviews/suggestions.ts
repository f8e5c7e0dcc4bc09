import { type CodeSuggestion, suggestCodes } from '@practice-exchange/anonymisation';
import type { LearningProse } from '@practice-exchange/protocol';
import { labelOf, learningFields } from '@practice-exchange/vocabulary';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { fieldsOf, proseHeadings } from '../anonymisation/guard-finding.ts';
import { audit } from '../audit/store.ts';
import type { WorkingReview } from './case-review.ts';
import { assertMayChange } from './reviews.ts';
import type { Section } from './sections.ts';
import { lockReview } from './store.ts';
import { forgetRefusal, keepRefusal, refusalsOf } from './suggestion-store.ts';

type CodedName = (typeof learningFields)[number]['field'];

/** A code that the text speaks for, as an author sees it: with the words that do, and where they stand. */
export type Suggestion = {
  readonly field: CodedName;
  readonly code: string;
  readonly label: string;
  readonly from: string;
  readonly before: string;
  readonly passage: string;
  readonly after: string;
};

/** Suggestions of one section: those to decide about, and those that the author has refused. */
export type Suggestions = { readonly open: readonly Suggestion[]; readonly refused: readonly Suggestion[] };

/** Codes that a text suggests and that are not chosen. What was refused stays refused until somebody asks for it again. */
export async function suggestionsFor(
  context: Pick<NodeContext, 'database'>,
  review: { id: string; working: WorkingReview },
  section?: Section,
): Promise<Suggestions> {
  const asked = (field: string) => !section || section.questions.some((question) => question.field === field);
  const chosen = (field: CodedName) => [review.working.codes[field] ?? []].flat() as string[];
  const found = suggestionsIn(review.working.prose).filter(
    ({ field, code }) => asked(field) && !chosen(field).includes(code) && !isSettled(field, chosen(field)),
  );
  const refusals = await refusalsOf(context.database, review.id);
  const isRefused = ({ field, code }: Suggestion) =>
    refusals.some((refusal) => refusal.field === field && refusal.code === code);
  return { open: found.filter((suggestion) => !isRefused(suggestion)), refused: found.filter(isRefused) };
}

/** A single answer that the author has given needs no suggestion of another. */
function isSettled(field: CodedName, chosen: readonly string[]): boolean {
  const { several } = learningFields.find((candidate) => candidate.field === field) ?? { several: true };
  return !several && chosen.length > 0;
}

/** How a family engaged is asked twice: what the beginning of the story says is about the start, what became of it about the end. */
function fieldFor({ field }: CodeSuggestion, path: string): CodedName {
  if (field !== 'familyEngagement') return field;
  return ['title', 'summary', 'situation', 'response'].includes(path) ? 'familyEngagementStart' : 'familyEngagementEnd';
}

function suggestionsIn(prose: Partial<LearningProse>): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const { path, text } of fieldsOf(prose)) {
    for (const suggested of suggestCodes(text)) {
      const field = fieldFor(suggested, path);
      const key = `${field} ${suggested.code}`;
      if (found.has(key)) continue;
      const list = learningFields.find((candidate) => candidate.field === field);
      if (!list?.codes.some(({ code }) => code === suggested.code)) continue;
      found.set(key, {
        field,
        code: suggested.code,
        label: labelOf(list.codes, suggested.code),
        from: proseHeadings.find((heading) => heading.field === path.split('.')[0])?.label ?? '',
        before: suggested.start > 0 && !/[.!?\n]\s*$/.test(text.slice(0, suggested.start)) ? '…' : '',
        passage: suggested.passage,
        after: suggested.end < text.length && !/[.!?]$/.test(suggested.passage) ? '…' : '',
      });
    }
  }
  return [...found.values()];
}

/** What an author says of a suggestion, besides accepting it, which is an answer like any other. */
export type SuggestionDecision = 'refuse' | 'reconsider';

/** Remembers that a suggestion was refused, or forgets it again. Throws as `assertMayChange` does. */
export async function decideSuggestion(
  context: Pick<NodeContext, 'database'>,
  author: Person,
  { id, field, code, decision }: { id: string; field: string; code: string; decision: SuggestionDecision },
): Promise<void> {
  const list = learningFields.find((candidate) => candidate.field === field);
  if (!list?.codes.some((entry) => entry.code === code)) return;
  await context.database.transaction(async (tx) => {
    assertMayChange(await lockReview(tx, id), author);
    const isChange =
      decision === 'refuse' ? await keepRefusal(tx, id, field, code) : await forgetRefusal(tx, id, field, code);
    if (!isChange) return;
    await audit(tx, {
      person: author.id,
      action: decision === 'refuse' ? 'suggestion-refused' : 'suggestion-reconsidered',
      subjectType: 'review',
      subject: id,
      detail: { field, code },
    });
  });
}
