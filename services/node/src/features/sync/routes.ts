import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { operationWord, saidOf } from '../publishing/publication-story.ts';
import { syncHealth } from './health.ts';
import { newestPublications } from './store.ts';

const newestAtMost = 25;

/** How publications get to the hub: whether it answers, what waits, how long it takes, and what became of each. */
export async function deliveryPage(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get(
    paths.delivery,
    { config: { access: { roles: ['lead', 'publisher', 'administrator'] } } },
    async (_request, reply) => {
      const [health, publications] = await Promise.all([
        syncHealth(context),
        newestPublications(context.database, newestAtMost),
      ]);
      return reply.page('sync/views/delivery.njk', {
        title: 'Delivery to the network',
        health,
        publications: publications.map((publication) => ({
          what: operationWord(publication.op, publication.synthetic),
          at: publication.created_at,
          review: publication.review,
          ...saidOf(publication),
        })),
      });
    },
  );
}
