import { regions } from '@practice-exchange/vocabulary';
import { type FormError, type FormValues, formError, readTypedValues } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { findingsFor } from '../anonymisation/checking.ts';
import { kindLabel, severityWords } from '../anonymisation/finding-words.ts';
import { groupsOf } from '../anonymisation/guard-finding.ts';
import { answersInWords } from './answers-in-words.ts';
import { authorityNames } from './authority-names.ts';
import type { CaseReview } from './case-review.ts';
import { sectionPath } from './review-navigation.ts';
import { readOwnReview, reviewUnknown, saveSection } from './reviews.ts';
import { type Answers, answersFrom, answersIn, basisOf, mistakesIn, valuesOf } from './section-answers.ts';
import { findSection, type Section, sectionAfter } from './sections.ts';
import { decideSuggestion, suggestionsFor } from './suggestions.ts';

type SectionRoute = { Params: { id: string; section: string }; Querystring: { from?: string } };

/** What is shown instead of the saved answers: what somebody typed, and what is wrong with it. */
type Shown = { values: FormValues; basis: string; errors: readonly FormError[]; isKept?: boolean };

const authors = { roles: ['author'] } as const;

/** The pages of the journey: one question, or one tight group, each saved when its author goes on. */
export async function sectionPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  const toWrite = async (request: FastifyRequest<SectionRoute>) => {
    const section = findSection(request.params.section);
    const review = await readOwnReview(context, personOf(request), request.params.id);
    if (!section) throw reviewUnknown();
    return { review, section };
  };

  app.get<SectionRoute>(paths.reviewSection, { config: { access: authors } }, async (request, reply) => {
    const { review, section } = await toWrite(request);
    const kept = await request.keptForm();
    const fromCheck = (kept?.from ?? request.query.from) === 'check';
    return showSection(context, reply, { review, section, fromCheck }, kept && keptAnswers(review, section, kept));
  });

  app.post<SectionRoute>(
    paths.reviewSection,
    { config: { access: authors, keptOverSignIn: true } },
    async (request, reply) => {
      const person = personOf(request);
      const { review, section } = await toWrite(request);
      const typed = readTypedValues(request.body);
      const fromCheck = typed.from === 'check';
      const here = sectionPath(review.id, section, fromCheck ? 'check' : null);
      if (typed.next === 'discard') {
        await request.forgetKeptForm();
        return reply.redirect(here, 303);
      }
      const place = { review, section, fromCheck };
      const choice = readChoice(section, typed);
      if (choice === null) return showConflict(context, reply, place, typed, true);
      const accepted = acceptedIn(typed);
      const answers = withAccepted(section, choice === 'saved' ? answersIn(section, review.working) : choice, accepted);
      const basis = String(typed.basis ?? '');
      const { conflict } = await saveSection(context, person, { id: review.id, section, basis, answers });
      if (conflict) return showConflict(context, reply, { ...place, review: conflict }, typed);
      await request.forgetKeptForm();
      const decided = decisionIn(typed);
      if (decided) {
        await decideSuggestion(context, person, { id: review.id, ...decided });
        return reply.redirect(`${here}#suggested`, 303);
      }
      if (accepted) return reply.redirect(`${here}#suggested`, 303);
      if (typed.next === 'later') return reply.redirect(pathTo(paths.review, review.id), 303);
      const errors = mistakesIn(section, answers);
      if (errors.length > 0) {
        const saved = await readOwnReview(context, person, review.id);
        const shown = { values: typed, basis: basisOf(section, saved.working), errors };
        return showSection(context, reply, { review: saved, section, fromCheck }, shown);
      }
      return reply.redirect(nextAfter(review.id, section, fromCheck), 303);
    },
  );
}

function nextAfter(id: string, section: Section, fromCheck: boolean): string {
  if (fromCheck) return `${pathTo(paths.checkReview, id)}#${section.id}`;
  const next = sectionAfter(section);
  return next ? sectionPath(id, next) : pathTo(paths.checkReview, id);
}

function keptAnswers(review: CaseReview, section: Section, kept: FormValues): Shown {
  return { values: kept, basis: String(kept.basis ?? basisOf(section, review.working)), errors: [], isKept: true };
}

/** Which answers are to be saved: what was typed, or after a conflict what the author chose. Null when nothing was chosen. */
function readChoice(section: Section, typed: FormValues): Answers | 'saved' | null {
  if (typed.resolves !== 'conflict') return answersFrom(section, typed);
  switch (typed.choice) {
    case 'typed':
      return answersFrom(section, typed);
    case 'saved':
      return 'saved';
    case 'combined':
      return answersFrom(section, typed, 'combined-');
    default:
      return null;
  }
}

function wordsOfDecision(typed: FormValues): string[] {
  return typeof typed.decide === 'string' ? typed.decide.split(' ') : [];
}

function acceptedIn(typed: FormValues): { field: string; code: string } | null {
  const [decision, field, code] = wordsOfDecision(typed);
  return decision === 'accept' && field && code ? { field, code } : null;
}

function decisionIn(typed: FormValues) {
  const [decision, field, code] = wordsOfDecision(typed);
  if ((decision !== 'refuse' && decision !== 'reconsider') || !field || !code) return null;
  return { decision, field, code } as const;
}

/** An accepted suggestion is one more answer; where only one can be given, it is the answer. */
function withAccepted(section: Section, answers: Answers, accepted: { field: string; code: string } | null): Answers {
  const question = section.questions.find(({ field }) => field === accepted?.field);
  if (!accepted || question?.kind !== 'codes' || !question.codes.some(({ code }) => code === accepted.code)) {
    return answers;
  }
  const before = question.several ? [answers[accepted.field] ?? []].flat() : [];
  const codes = question.codes
    .map(({ code }) => code)
    .filter((code) => before.includes(code) || code === accepted.code);
  return { ...answers, [accepted.field]: question.several ? codes : accepted.code };
}

type Place = { review: CaseReview; section: Section; fromCheck: boolean };

async function showSection(
  context: NodeContext,
  reply: FastifyReply,
  { review, section, fromCheck }: Place,
  shown: Shown | null = null,
): Promise<FastifyReply> {
  const [check, suggestions, audience] = await Promise.all([
    findingsFor(context, review.id),
    suggestionsFor(context, review, section),
    audienceChoices(context, section),
  ]);
  const found = groupsOf(section.questions.flatMap(({ field }) => check.inField(field)));
  const errors = shown?.errors ?? [];
  return reply.page(
    'reviews/views/section.njk',
    {
      title: section.questions.length === 1 ? section.questions[0].label : section.heading,
      review,
      section,
      questions: section.questions.map(asAsked),
      audience,
      values: shown?.values ?? valuesOf(section, answersIn(section, review.working)),
      basis: shown?.basis ?? basisOf(section, review.working),
      isKept: shown?.isKept ?? false,
      fromCheck,
      backHref: fromCheck ? pathTo(paths.checkReview, review.id) : pathTo(paths.review, review.id),
      suggestions,
      found: found.map(({ severity, mentions: [{ text, kind }] }) => ({
        severity,
        tag: severityWords[severity].tag,
        kind: kindLabel(kind),
        text,
      })),
      isChecked: check.state === 'checked',
      errors,
    },
    errors.length > 0 ? { status: 400 } : {},
  );
}

async function showConflict(
  context: NodeContext,
  reply: FastifyReply,
  { review, section, fromCheck }: Place,
  typed: FormValues,
  isUndecided = false,
): Promise<FastifyReply> {
  const names = await authorityNamesFor(context, section);
  const saved = answersIn(section, review.working);
  const mine = answersFrom(section, typed);
  const [savedWords, typedWords] = [saved, mine].map((answers) => answersInWords(section, answers, names));
  const canCombine = section.questions.some(({ kind }) => kind === 'prose' || kind === 'list');
  return reply.page(
    'reviews/views/conflict.njk',
    {
      title: 'This part was changed meanwhile',
      review,
      section,
      questions: section.questions.map(asAsked),
      versions: (savedWords ?? []).map((answer, index) => ({
        label: answer.label,
        saved: answer,
        typed: typedWords?.[index],
      })),
      typed: { ...valuesOf(section, mine), choice: typed.choice },
      basis: basisOf(section, review.working),
      combined: isUndecided ? typed : valuesOf(section, combine(section, saved, mine), 'combined-'),
      canCombine,
      fromCheck,
      errors: isUndecided ? [formError('choice', 'Select which version to keep')] : [],
    },
    { status: 409 },
  );
}

/** Both versions of each text, one after the other, to be edited into one. */
function combine(section: Section, saved: Answers, typed: Answers): Answers {
  return Object.fromEntries(
    section.questions.flatMap(({ field, kind }) => {
      const [one, other] = [saved[field], typed[field]];
      if (one === undefined || other === undefined) return one === other ? [] : [[field, one ?? other]];
      if (kind === 'prose') return [[field, one === other ? one : `${one}\n\n${other}`]];
      if (kind === 'list') return [[field, [...new Set([...(one as string[]), ...(other as string[])])]]];
      return [[field, other]];
    }),
  );
}

/** A question as the template asks it. */
function asAsked(question: Section['questions'][number]) {
  if (question.kind !== 'codes') return question;
  return {
    ...question,
    choices: question.codes.map((entry) => ({
      value: entry.code,
      text: entry.label,
      ...('hint' in entry ? { hint: { text: entry.hint } } : {}),
    })),
  };
}

async function audienceChoices(context: NodeContext, section: Section) {
  if (section.id !== 'audience') return null;
  const names = await authorityNames(context);
  return {
    regions: regions.map(({ code, label }) => ({ value: code, text: label })),
    authorities: [...names].map(([value, text]) => ({ value, text })),
  };
}

async function authorityNamesFor(context: NodeContext, section: Section) {
  return section.id === 'audience' ? authorityNames(context) : new Map<string, string>();
}
