import type { FastifyInstance } from 'fastify';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { leftOutAtMost } from '../searching/find.ts';
import { askForComparison, indexStanding } from './index-standing.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;

/** How the search index does, for operators, and having it compared with the database. */
export async function indexPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(paths.searchIndex, operators, async (_request, reply) =>
    reply.page('indexing/views/index-standing.njk', {
      title: 'Search index',
      standing: await indexStanding(context),
      leftOutAtMost,
    }),
  );

  app.post(paths.searchIndex, operators, async (request, reply) => {
    await askForComparison(context, request.person?.id ?? null);
    await reply.notify({
      kind: 'success',
      heading: 'You have asked for a comparison',
      text: 'It begins as soon as the search engine answers. What it finds is shown below.',
    });
    return reply.redirect(paths.searchIndex, 303);
  });
}
