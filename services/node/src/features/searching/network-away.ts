import { AppError, recordFailure } from '@practice-exchange/platform';
import type { HubProblem } from '@practice-exchange/protocol';
import type { FastifyReply } from 'fastify';

/** The hub could not answer somebody here. The message says which way, in words for them. */
export class NetworkAway extends AppError {
  constructor(cause: HubProblem) {
    super({
      code: `hub-${cause.code}`,
      status: 503,
      title: 'The network cannot be reached',
      message: whatHappened(cause),
      retryAfterSeconds: cause.retryAfterSeconds ?? 5,
      cause,
    });
  }
}

function whatHappened({ status }: HubProblem): string {
  if (status === 0) return 'The network’s hub does not answer at the moment.';
  if (status === 429) return 'The network’s hub has more to answer at the moment than it can.';
  return 'The network’s hub cannot answer this at the moment.';
}

/** What a page says while the network is away; undefined when something else went wrong. */
function awayWords(error: unknown) {
  if (!(error instanceof AppError)) return undefined;
  if (!(error instanceof NetworkAway) && error.code !== 'not-joined') return undefined;
  const { title, message, status, retryAfterSeconds } = error;
  return { title, message, status, retryAfterSeconds };
}

/**
 * A page of its own for a network that is away: kept in the log as the failure that it is, and with when to come back. `titled` makes its title of
 * what happened. `href` is where to try again, for a page without a form that does.
 */
export async function pageWhileAway(
  reply: FastifyReply,
  error: unknown,
  {
    template,
    data,
    titled,
    href,
  }: { template: string; data: Record<string, unknown>; titled: (away: string) => string; href?: string },
): Promise<FastifyReply> {
  const away = awayWords(error);
  if (!away) throw error;
  recordFailure(reply.request, error);
  if (away.retryAfterSeconds !== undefined) reply.header('retry-after', String(away.retryAfterSeconds));
  return reply.page(template, { ...data, title: titled(away.title), away: { ...away, href } }, { status: away.status });
}
