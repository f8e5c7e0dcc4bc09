import { wholeNetwork } from '@practice-exchange/protocol';
import { countOf, type FormError, type Person, pagination } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { findingsFor } from '../anonymisation/checking.ts';
import { groupsOf, proseHeadings } from '../anonymisation/guard-finding.ts';
import { publicationStory } from '../publishing/publication-story.ts';
import { answersForOurs } from '../risk-reports/reporting.ts';
import { openReportsOf } from '../risk-reports/store.ts';
import { NotReady, sendForReading } from '../signing-off/signing-off.ts';
import { newestEdition } from '../signing-off/store.ts';
import { mayWithdraw } from '../withdrawing/withdrawing.ts';
import { answersInWords } from './answers-in-words.ts';
import { authorityNames } from './authority-names.ts';
import type { CaseReview, Missing } from './case-review.ts';
import { missingFromReview, taskProgress } from './progress.ts';
import { addressOf, readFilter, shownStates } from './review-list.ts';
import { reviewNavigation, sectionPath } from './review-navigation.ts';
import { beginReview, hasEnded, readOwnReview, readReview } from './reviews.ts';
import { answersIn } from './section-answers.ts';
import { sectionPages } from './section-routes.ts';
import { sectionOfField, sections, type Task, taskGroups } from './sections.ts';
import { searchReviews } from './store.ts';
import { suggestionsFor } from './suggestions.ts';

type IdParams = { Params: { id: string } };

const staff = { access: { roles: ['author', 'reviewer', 'publisher', 'lead'] } } as const;
const authors = { access: { roles: ['author'] } } as const;
const pageSize = 25;

/** Case reviews: the list, the task list or the text of one, checking the answers and sending them. */
export async function reviewPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get<{ Querystring: Record<string, unknown> }>(paths.reviews, { config: staff }, async (request, reply) => {
    const person = personOf(request);
    const filter = readFilter(request.query);
    const { reviews, total } = await searchReviews(
      context.database,
      { state: filter.state, author: filter.isMine ? person.id : null, title: filter.title },
      { page: filter.page, pageSize },
    );
    const pages = pagination({
      page: filter.page,
      pageSize,
      total,
      pageHref: (page) => addressOf({ ...filter, page }),
      label: 'Pages of case reviews',
    });
    return reply.page('reviews/views/reviews.njk', {
      title: filter.page > 1 ? `Case reviews (page ${filter.page})` : 'Case reviews',
      filter,
      isFiltered: filter.state !== null || filter.isMine || filter.title !== '',
      states: shownStates,
      reviews,
      count: countOf(total, 'case review'),
      total,
      pages,
    });
  });

  app.post<{ Body: { next?: unknown } | undefined }>(paths.reviews, { config: authors }, async (request, reply) => {
    const id = await beginReview(context, personOf(request), { prose: {}, codes: {}, audience: wholeNetwork });
    const next = request.body?.next === 'import' ? paths.importDocument : paths.review;
    return reply.redirect(pathTo(next, id), 303);
  });

  app.get<IdParams>(paths.review, { config: staff }, async (request, reply) =>
    showReview(context, reply, await readReview(context, request.params.id), personOf(request)),
  );

  app.get<IdParams>(paths.checkReview, { config: authors }, async (request, reply) =>
    showCheck(context, reply, await readOwnReview(context, personOf(request), request.params.id)),
  );

  app.post<IdParams>(paths.sendForReading, { config: authors }, async (request, reply) => {
    const person = personOf(request);
    const { id } = request.params;
    const review = await readOwnReview(context, person, id);
    const missing = missingFromReview(review.working);
    if (missing.length > 0) return showCheck(context, reply, review, missingErrors(id, missing));
    try {
      await sendForReading(context, person, id);
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      return showCheck(context, reply, await readOwnReview(context, person, id), errorsOf(id, error));
    }
    await reply.notify({
      kind: 'success',
      heading: 'Sent for second reading',
      text: 'Somebody else must read and approve it now. You will see here what they decide.',
    });
    return reply.redirect(pathTo(paths.review, id), 303);
  });

  await app.register(sectionPages, { context });
}

/** Why a review could not be sent: each with a link to where it is put right. */
function errorsOf(id: string, { missing, verdict }: NotReady): FormError[] {
  if (!verdict) return missingErrors(id, missing);
  const href = pathTo(paths.anonymisation, id);
  const blocking = verdict.findings.filter(({ severity }) => severity === 'block').length;
  if (verdict.failed || blocking === 0) {
    const message = 'The anonymisation check could not finish, so nothing was sent. Try again in a few minutes.';
    return [{ field: 'send', message, href }];
  }
  const message = `The anonymisation check found ${countOf(blocking, 'thing')} that must go before anybody else reads this`;
  return [{ field: 'send', message, href }];
}

function missingErrors(id: string, missing: readonly Missing[]): FormError[] {
  return missing.map(({ field, message }) => {
    const section = sectionOfField(field);
    return { field, message, href: section ? sectionPath(id, section, 'check') : pathTo(paths.review, id) };
  });
}

async function showReview(
  context: NodeContext,
  reply: FastifyReply,
  review: CaseReview,
  person: Person,
): Promise<FastifyReply> {
  const isAuthor = review.author.id === person.id && person.roles.includes('author');
  const [story, edition, risks] = await Promise.all([
    publicationStory(context, review),
    newestEdition(context.database, review.id),
    hasEnded(review) ? [] : openReportsOf(context.database, review.record),
  ]);
  const returned = edition?.signOffs.find(({ decision }) => decision === 'returned');
  const approval = edition?.signOffs.find(({ part, decision }) => part === 'second-person' && decision === 'approved');
  const canChange = isAuthor && !hasEnded(review);
  const shared = {
    title: review.working.prose.title ?? 'Untitled case review',
    review,
    sections: reviewNavigation(review, person, 'document'),
    sectionsLabel: 'This case review',
    story,
    edition,
    // A draft that goes on after a return keeps the reader's reasons in view until it is sent again.
    returned: review.state === 'returned' || review.state === 'draft' ? returned : undefined,
    approval: review.state === 'approved' || review.state === 'published' ? approval : undefined,
    canRead: person.roles.includes('reviewer') && review.author.id !== person.id && review.state === 'in-review',
    canPublish: person.roles.includes('publisher') && review.state === 'approved',
    canChange,
    risks,
    readsRisks: answersForOurs(person),
    canWithdraw: mayWithdraw(person) && review.published !== null && !hasEnded(review),
  };
  if (canChange && (review.state === 'draft' || review.state === 'returned')) {
    return reply.page('reviews/views/tasks.njk', { ...shared, ...(await taskList(context, review)) });
  }
  const names = await namesFor(context, review);
  return reply.page('reviews/views/review.njk', { ...shared, parts: readParts(review, names) });
}

/** The task list with how far each task is, what the guard has found so far, and what the text suggests. Waits for nothing. */
async function taskList(context: NodeContext, review: CaseReview) {
  const [check, suggestions] = await Promise.all([findingsFor(context, review.id), suggestionsFor(context, review)]);
  const drawn = (task: Task) => {
    const { progress, start } = taskProgress(task, review.working);
    const fields = task.sections.flatMap(({ questions }) => questions.map(({ field }) => field));
    const found = groupsOf(fields.flatMap((field) => check.inField(field))).filter(
      ({ severity }) => severity !== 'warn',
    ).length;
    const suggested = suggestions.open.filter(({ field }) => fields.includes(field)).length;
    return {
      title: task.title,
      href: sectionPath(review.id, start),
      progress,
      hint: [
        ...(found > 0 ? [`The check found ${countOf(found, 'thing')} to look at`] : []),
        ...(suggested > 0 ? [`${countOf(suggested, 'answer')} suggested from what you wrote`] : []),
      ].join('. '),
    };
  };
  const groups = taskGroups.map(({ title, tasks }) => ({ title, tasks: tasks.map(drawn) }));
  const all = groups.flatMap(({ tasks }) => tasks);
  const completed = all.filter(({ progress }) => progress === 'completed').length;
  const severities = groupsOf(check.findings).map(({ severity }) => severity);
  const count = (severity: string) => severities.filter((candidate) => candidate === severity).length;
  return {
    groups,
    completed,
    total: all.length,
    isEmpty: Object.keys(review.working.prose).length === 0,
    check: {
      state: check.state,
      block: count('block'),
      reason: count('block-unless-reason'),
      warn: count('warn'),
    },
  };
}

async function showCheck(
  context: NodeContext,
  reply: FastifyReply,
  review: CaseReview,
  errors: readonly FormError[] = [],
): Promise<FastifyReply> {
  const names = await namesFor(context, review);
  const missing = missingFromReview(review.working);
  return reply.page(
    'reviews/views/check.njk',
    {
      title: 'Check your answers',
      review,
      answers: answersOfReview(review, names),
      missing: new Set(missing.map(({ field }) => field)),
      isComplete: missing.length === 0,
      canSend: review.state === 'draft' || review.state === 'returned',
      errors,
    },
    { status: errors.length > 0 ? 409 : 200 },
  );
}

type Names = Awaited<ReturnType<typeof authorityNames>>;

function answersOfReview(review: CaseReview, names: Names) {
  return sections.map((section) => ({
    id: section.id,
    heading: section.heading,
    href: sectionPath(review.id, section, 'check'),
    answers: answersInWords(section, answersIn(section, review.working), names),
  }));
}

/** A review as it is read: the prose under its headings, the rest as facts. */
function readParts(review: CaseReview, names: Names) {
  const answers = sections.flatMap((section) => answersInWords(section, answersIn(section, review.working), names));
  const isTold = ({ field }: { field: string }) => proseHeadings.some((heading) => heading.field === field);
  return {
    summary: answers.find(({ field }) => field === 'summary')?.paragraphs[0] ?? '',
    passages: answers.filter((answer) => isTold(answer) && answer.field !== 'title' && answer.field !== 'summary'),
    facts: answers.filter((answer) => !isTold(answer)),
  };
}

/** Authorities are asked of the hub only where a review names some. */
async function namesFor(context: NodeContext, review: CaseReview) {
  return review.working.audience.scope === 'authorities' ? authorityNames(context) : new Map<string, string>();
}
