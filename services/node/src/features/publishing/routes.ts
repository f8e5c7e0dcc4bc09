import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { readReview } from '../reviews/reviews.ts';
import { newestNarrowing } from '../withdrawing/narrowing-store.ts';
import { publicationStory } from './publication-story.ts';
import { publishReview } from './publishing.ts';

type IdParams = { Params: { id: string } };

/** Publishing an approved edition, and what the network has said about it since. */
export async function publishingPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.post<IdParams>(paths.publish, { config: { access: { roles: ['publisher'] } } }, async (request, reply) => {
    const { id } = request.params;
    await publishReview(context, personOf(request), id);
    await reply.notify({ kind: 'success', heading: 'Published', text: 'It is on its way to the network.' });
    return reply.redirect(pathTo(paths.publication, id), 303);
  });

  app.get<IdParams>(
    paths.publication,
    { config: { access: { roles: ['author', 'reviewer', 'publisher', 'lead'] } } },
    async (request, reply) => {
      const review = await readReview(context, request.params.id);
      const story = await publicationStory(context, review);
      return reply.page('publishing/views/publication.njk', {
        title: 'What the network has said',
        review,
        story,
        isNarrowed: (await newestNarrowing(context.database, review.record)) !== undefined,
        waiting: story.some((step) => step.state === 'waiting'),
      });
    },
  );
}
