import type { FastifyInstance } from 'fastify';

type Operation = { tags?: string[]; summary?: string };

/** The part of an OpenAPI document that the page lists. */
export type ApiDescription = { paths?: Record<string, unknown> };

/**
 * The OpenAPI document of a service at one address, and a page that lists what it describes at another. Both are open to anyone:
 * they say what there is and give nothing of it.
 */
export function addApiDocs(
  app: FastifyInstance,
  options: {
    readonly openApi: string;
    readonly page: string;
    /** What the API is for and how it is used, one sentence a paragraph. */
    readonly about: readonly string[];
    /** The document, once every route is there. */
    readonly describe: () => ApiDescription;
  },
): void {
  app.get(options.openApi, { config: { access: 'public' } }, async () => options.describe());
  app.get(options.page, { config: { access: 'public' } }, async (_request, reply) => {
    const operations = Object.entries(options.describe().paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Operation>)
        .filter(([, operation]) => operation.tags !== undefined)
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, summary: operation.summary ?? '' })),
    );
    return reply.page('pages/api-docs.njk', {
      title: 'API documentation',
      about: options.about,
      operations,
      openApi: options.openApi,
    });
  });
}
