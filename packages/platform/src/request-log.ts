import Fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { errorCode } from './errors.ts';
import { newId } from './identifiers.ts';
import type { Logger } from './logger.ts';
import { problemAnswer, problemMediaType } from './problem.ts';

const failures = new WeakMap<FastifyRequest, unknown>();

/** Remembers which error a request ended in, for its line in the log. Error handlers call it. */
export function recordFailure(request: FastifyRequest, error: unknown): void {
  failures.set(request, error);
}

/**
 * Fastify's options for `logger`: no lines of Fastify's own about requests, as they hold raw addresses; a UUID for each
 * request; a problem document for an address that cannot be read; `proxies` are those whose word about where a request comes
 * from is believed, see {@link trustedProxies}. Register {@link requestLog} for the line per request.
 */
export function fastifyOptions(logger: Logger, proxies: readonly string[] = []) {
  return {
    trustProxy: proxies.length > 0 ? [...proxies] : false,
    // Its base type, so that an application is an ordinary `FastifyInstance`.
    loggerInstance: logger as FastifyBaseLogger,
    logController: new Fastify.LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newId,
    // A caller's own request ids are not taken over: they may hold anything.
    requestIdHeader: false as const,
    frameworkErrors: (
      error: Error,
      request: { id: string },
      reply: { [Name in 'code' | 'type' | 'send']: unknown },
    ) => {
      const { problem } = problemAnswer(error, { instance: `urn:uuid:${request.id}` });
      return (reply as FastifyReply).code(problem.status).type(problemMediaType).send(JSON.stringify(problem));
    },
  };
}

/** A Fastify plugin: one line for each answer, with method, route pattern, status, milliseconds and any error's code. */
export const requestLog = fastifyPlugin(
  async (app) => {
    app.addHook('onError', async (request, _reply, error) => recordFailure(request, error));
    app.addHook('onResponse', async (request, reply) => {
      const error = failures.get(request);
      const line = {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        ...(error === undefined ? {} : { code: errorCode(error) }),
      };
      if (reply.statusCode < 500) request.log.info(line, 'request');
      // Being unavailable for a while is expected and passes; any other 5xx is a fault for a person to look at.
      else if (reply.statusCode === 503) request.log.warn(line, 'request');
      else request.log.error({ ...line, err: error }, 'request');
    });
  },
  { name: 'request-log' },
);
