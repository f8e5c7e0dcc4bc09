import { AppError } from '@practice-exchange/platform';
import type { FastifyInstance } from 'fastify';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';

/** Liveness (the process answers) and readiness (what it cannot do without answers too). The search engine is not needed. */
export async function health(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(paths.live, { config: { access: 'public' } }, async () => ({ status: 'ok' }));
  app.get(paths.ready, { config: { access: 'public' } }, async () => {
    const [jobs, index] = await Promise.all([
      context.jobs.health(),
      context.index.health(),
      context.database.ping().catch((cause: unknown) => {
        throw new AppError({
          code: 'database-unavailable',
          status: 503,
          title: 'Not ready',
          message: 'The database does not answer.',
          retryAfterSeconds: 2,
          cause,
        });
      }),
    ]);
    return { status: jobs.ok && index.ok ? 'ok' : 'degraded', jobs: jobs.ok, search: index.ok };
  });
}
