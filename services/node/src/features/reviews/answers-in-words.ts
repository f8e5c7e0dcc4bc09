import { type Audience, audienceSchema } from '@practice-exchange/protocol';
import { labelOf, learningFields, regions } from '@practice-exchange/vocabulary';
import { countOf, periodLabel } from '@practice-exchange/web';
import type { Answers } from './section-answers.ts';
import type { Question, Section } from './sections.ts';

/** One answer as it is read: paragraphs, a list, or neither where there is none. */
export type AnswerInWords = {
  readonly field: string;
  /** The question as it is asked. */
  readonly label: string;
  /** What the answer is called where it is read. */
  readonly name: string;
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
};

type InWords = Pick<AnswerInWords, 'paragraphs' | 'items'>;

/** The answers of a section in words; `names` are those of authorities by id. */
export function answersInWords(
  section: Section,
  answers: Answers,
  names: ReadonlyMap<string, string>,
): AnswerInWords[] {
  return section.questions.map((question) => ({
    field: question.field,
    label: question.label,
    name: nameOf(question, section),
    ...inWordsOf(question, answers[question.field], names),
  }));
}

function nameOf(question: Question, section: Section): string {
  if (question.kind === 'codes') {
    return learningFields.find(({ field }) => field === question.field)?.label ?? question.label;
  }
  return section.questions.length === 1 ? section.heading : question.label;
}

function inWordsOf(question: Question, answer: unknown, names: ReadonlyMap<string, string>): InWords {
  if (answer === undefined) return { paragraphs: [], items: [] };
  switch (question.kind) {
    case 'line':
    case 'prose':
      return { paragraphs: (answer as string).split(/\n{2,}/).filter((text) => text.trim() !== ''), items: [] };
    case 'list':
      return { paragraphs: [], items: answer as string[] };
    case 'period':
      return { paragraphs: [periodLabel(answer as string)], items: [] };
    case 'codes': {
      const labels = [answer as string | string[]].flat().map((code) => labelOf(question.codes, code));
      return question.several && labels.length > 1
        ? { paragraphs: [], items: labels }
        : { paragraphs: labels, items: [] };
    }
    case 'audience':
      return audienceInWords(audienceSchema.parse(answer), names);
  }
}

/** For whom something is, in words; `names` are those of the network's authorities. */
export function audienceInWords(audience: Audience, names: ReadonlyMap<string, string>): InWords {
  if (audience.scope === 'network') return { paragraphs: ['Everybody in the network'], items: [] };
  if (audience.scope === 'regions') {
    return { paragraphs: ['Authorities in:'], items: audience.regions.map((code) => labelOf(regions, code)) };
  }
  const known = audience.authorities.flatMap((id) => names.get(id) ?? []);
  const unnamed = audience.authorities.length - known.length;
  return {
    paragraphs: ['Only:'],
    items: [...known, ...(unnamed > 0 ? [countOf(unnamed, 'authority', 'authorities')] : [])],
  };
}
