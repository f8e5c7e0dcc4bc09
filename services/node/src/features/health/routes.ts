import { AppError } from '@practice-exchange/platform';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';

/** Liveness (the process answers) and readiness (the database answers too). The hub is not needed to be ready. */
export async function health(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get(paths.live, { config: { access: 'public' } }, async () => ({ status: 'ok' }));
  app.get(paths.ready, { config: { access: 'public' } }, async () => {
    const [jobs] = await Promise.all([
      context.jobs.health(),
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
    return { status: jobs.ok ? 'ok' : 'degraded', jobs: jobs.ok };
  });
}
