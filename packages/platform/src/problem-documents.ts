import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { AppError } from './errors.ts';
import { problemAnswer, problemMediaType } from './problem.ts';
import { recordFailure } from './request-log.ts';

/**
 * Answers with the problem document (RFC 9457) of an error, its `instance` being the request's id, and with
 * `Retry-After` where the error knows when to come back.
 */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  recordFailure(request, error);
  const { problem, retryAfterSeconds } = problemAnswer(error, { instance: `urn:uuid:${request.id}` });
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  // As text: a route's response schemas are for its own answers.
  return reply.code(problem.status).type(problemMediaType).send(JSON.stringify(problem));
}

/** A Fastify plugin for JSON APIs: every error, and every address that does not exist, is answered by a problem document. */
export const problemDocuments = fastifyPlugin(
  async (app) => {
    app.setErrorHandler(sendProblem);
    app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply));
  },
  { name: 'problem-documents' },
);

function notFound(): AppError {
  return new AppError({
    code: 'not-found',
    status: 404,
    title: 'Not found',
    message: 'There is nothing at this address, or it does not take this method.',
  });
}
