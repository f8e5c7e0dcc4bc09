import type { FastifyInstance } from 'fastify';
import { paths } from '../../paths.ts';

type Operation = { tags?: string[]; summary?: string };

/** The OpenAPI document, and a page that lists what it describes. */
export async function apiDocs(app: FastifyInstance): Promise<void> {
  app.get(paths.openApi, { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger());
  app.get(paths.apiDocs, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    const described = app.swagger().paths ?? {};
    const operations = Object.entries(described).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Operation>)
        .filter(([, operation]) => operation.tags !== undefined)
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, summary: operation.summary ?? '' })),
    );
    return reply.page('api-docs/views/api-docs.njk', {
      title: 'API documentation',
      operations,
      openApi: paths.openApi,
    });
  });
}
