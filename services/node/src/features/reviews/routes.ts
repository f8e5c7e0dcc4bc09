import { wholeNetwork } from '@practice-exchange/protocol';
import { learningFields, regions } from '@practice-exchange/vocabulary';
import { formError, type Person } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { publicationStory } from '../publishing/publication-story.ts';
import { NotReady, sendForReading } from '../signing-off/signing-off.ts';
import { type CaseReview, recordFrom } from './case-review.ts';
import { proseFields, valuesFrom, workingFrom } from './review-form.ts';
import { beginReview, readReview, saveReview } from './reviews.ts';
import { listReviews } from './store.ts';

type IdParams = { Params: { id: string } };

const staff = { access: { roles: ['author', 'reviewer', 'publisher', 'lead'] } } as const;
const authors = { access: { roles: ['author'] } } as const;

/** Case reviews: the list, writing one, and sending it for second reading. */
export async function reviewPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get(paths.reviews, { config: staff }, async (_request, reply) =>
    reply.page('reviews/views/reviews.njk', { title: 'Case reviews', reviews: await listReviews(context.database) }),
  );

  app.post(paths.reviews, { config: authors }, async (request, reply) => {
    const id = await beginReview(context, personOf(request), { prose: {}, codes: {}, audience: wholeNetwork });
    return reply.redirect(pathTo(paths.review, id), 303);
  });

  app.get<IdParams>(paths.review, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    return showReview(context, reply, review, personOf(request));
  });

  app.post<IdParams>(paths.review, { config: authors }, async (request, reply) => {
    const person = personOf(request);
    const { id } = request.params;
    const typed = typedValues(request);
    await saveReview(context, person, { id, version: Number(typed.version), working: workingFrom(typed) });
    if (typed.then === 'send') return send(context, reply, person, id);
    await reply.notify({ kind: 'success', heading: 'Draft saved' });
    return reply.redirect(pathTo(paths.review, id), 303);
  });

  app.post<IdParams>(paths.sendForReading, { config: authors }, (request, reply) =>
    send(context, reply, personOf(request), request.params.id),
  );
}

async function send(context: NodeContext, reply: FastifyReply, person: Person, id: string): Promise<FastifyReply> {
  try {
    await sendForReading(context, person, id);
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const review = await readReview(context, id);
    const errors = [
      ...error.missing.map(({ field, message }) => formError(field, message)),
      ...(error.verdict?.findings ?? [])
        .filter((finding) => finding.severity === 'block')
        .map((finding) => formError(finding.field.split('.')[0] ?? 'title', finding.why)),
      ...(error.verdict?.failed
        ? [formError('title', 'The anonymisation guard could not finish, so nothing was sent. Try again.')]
        : []),
    ];
    return showReview(context, reply, review, person, { errors, status: 409 });
  }
  await reply.notify({
    kind: 'success',
    heading: 'Sent for second reading',
    text: 'Somebody else must read and approve it now.',
  });
  return reply.redirect(pathTo(paths.review, id), 303);
}

async function showReview(
  context: NodeContext,
  reply: FastifyReply,
  review: CaseReview,
  person: Person,
  problem?: { errors: readonly ReturnType<typeof formError>[]; status: number },
): Promise<FastifyReply> {
  const isAuthor = review.author.id === person.id;
  const canEdit =
    isAuthor && person.roles.includes('author') && review.state !== 'withdrawn' && review.state !== 'removed';
  const story = await publicationStory(context, review);
  return reply.page(
    canEdit ? 'reviews/views/edit.njk' : 'reviews/views/review.njk',
    {
      title: review.working.prose.title ?? 'New case review',
      review,
      isAuthor,
      complete: recordFrom(review.working).ok,
      canRead: person.roles.includes('reviewer') && !isAuthor && review.state === 'in-review',
      canPublish: person.roles.includes('publisher') && review.state === 'approved',
      story,
      values: valuesFrom(review.working),
      proseFields,
      codedFields: learningFields,
      regions,
      errors: problem?.errors ?? [],
    },
    problem ? { status: problem.status } : {},
  );
}

function typedValues(request: FastifyRequest): Record<string, unknown> {
  const typed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries((request.body ?? {}) as Record<string, unknown>)) {
    typed[name] = typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
  }
  return typed;
}
