import type { AppError } from '@practice-exchange/platform';
import type { FastifyReply } from 'fastify';

/** The page that says of a learning record that it was withdrawn, as the hub's answer has it. */
export function withdrawnPage(reply: FastifyReply, gone: AppError, title: string): Promise<FastifyReply> {
  return reply.page(
    'learning/views/withdrawn.njk',
    { title, heading: gone.title, says: gone.message },
    { status: gone.status },
  );
}
