import type { FastifyInstance } from 'fastify';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { countShared, listReturned } from './store.ts';

/** The hub's first page: what the network holds, and which authorities have returned their caseload. */
export async function overviewPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(
    paths.overview,
    { config: { access: { roles: ['analyst', 'operator'] } }, schema: { hide: true } },
    async (_request, reply) => {
      const [counts, authorities] = await Promise.all([countShared(context.database), listReturned(context.database)]);
      return reply.page('overview/views/overview.njk', { title: 'National overview', counts, authorities });
    },
  );
}
