import { AppError, errorCode, problemAnswer, recordFailure, sendProblem } from '@practice-exchange/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiPrefixes, isForApi } from './access.ts';
import { countOf } from './wording.ts';

type ErrorPage = { readonly title: string; readonly paragraphs: readonly string[] };

const pages: Record<number, ErrorPage> = {
  400: {
    title: 'We could not understand that',
    paragraphs: ['Something in what was sent is missing or not as expected. Go back and try again.'],
  },
  401: { title: 'You need to sign in', paragraphs: ['Sign in to see this page.'] },
  403: {
    title: 'You cannot use this page',
    paragraphs: ['If you think you should be able to, ask the administrator of your authority.'],
  },
  404: {
    title: 'Page not found',
    paragraphs: [
      'If you typed the address, check that it is correct. If you pasted it, check that you copied all of it.',
      'If you followed a link to get here, the page may have moved, or it may not be shared with your authority.',
    ],
  },
  409: {
    title: 'Someone has changed this',
    paragraphs: ['What you were working on has changed since you opened it. Go back, reload the page and try again.'],
  },
  410: {
    title: 'This has been taken back',
    paragraphs: ['It was shared here before. Its owner has taken it back and it is no longer available.'],
  },
  413: {
    title: 'That is too large',
    paragraphs: ['What you sent is larger than we can take. Nothing was saved. Send a smaller file or a shorter text.'],
  },
  415: { title: 'We cannot read that kind of file', paragraphs: ['Nothing was saved. Try another kind of file.'] },
  429: { title: 'Please wait a moment', paragraphs: ['There have been too many requests from you in a short time.'] },
  500: {
    title: 'Sorry, there is a problem with the service',
    paragraphs: ['Try again later. What you saved before is still there; what you just sent may not have been saved.'],
  },
  503: {
    title: 'Sorry, the service is unavailable',
    paragraphs: ['It is busy or being looked after. Nothing you saved is lost. Try again in a few minutes.'],
  },
};

const staleForm: ErrorPage = {
  title: 'This page has been open too long',
  paragraphs: [
    'For safety, a form can only be sent from the session it was opened in. Nothing was saved or changed.',
    'Go back, copy anything you wrote, reload the page and send it again.',
  ],
};

/**
 * Answers an error to a person: the page for its status, in plain English, with what an `AppError` below 500 says about
 * this occurrence. At 500 and above nothing of the error is shown, only a reference that is also in the log.
 */
export async function respondWithPage(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  recordFailure(request, error);
  try {
    return await sendPageFor(error, request, reply);
  } catch (fault) {
    // The layout, or something it asks, is what is broken: the bare sentence has no needs.
    request.log.error({ err: fault }, 'the error page could not be made');
    return reply.status(500).type('text/plain; charset=utf-8').send('Sorry, there is a problem with the service');
  }
}

async function sendPageFor(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { problem, retryAfterSeconds } = problemAnswer(error);
  const forged = errorCode(error).startsWith('FST_CSRF_');
  const page = forged ? staleForm : (pages[problem.status] ?? pages[problem.status < 500 ? 400 : 500] ?? staleForm);
  const said = problem.status < 500 && !forged && isWordedForThisCase(error) ? [problem.detail] : [];
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return reply.page(
    'errors/error.njk',
    {
      title: page.title,
      paragraphs: [...said, ...page.paragraphs, ...waitFor(retryAfterSeconds)],
      reference: problem.status >= 500 ? request.id : null,
      signInLink: problem.status === 401,
    },
    { status: problem.status },
  );
}

/** Sets the error and not-found handlers: pages for people, RFC 9457 documents under the API's prefixes. */
export function answerErrors(app: FastifyInstance, options: { readonly apiPrefixes: ApiPrefixes }): void {
  app.setErrorHandler(async (error, request, reply) =>
    isForApi(request, options.apiPrefixes)
      ? sendProblem(error, request, reply)
      : respondWithPage(error, request, reply),
  );
  app.setNotFoundHandler(async (request, reply) => {
    const nowhere = Object.assign(new Error('no such address'), { statusCode: 404 });
    return isForApi(request, options.apiPrefixes)
      ? sendProblem(nowhere, request, reply)
      : respondWithPage(nowhere, request, reply);
  });
}

/** Only an `AppError` was worded by us for people; what libraries say is replaced by the page's own words. */
function isWordedForThisCase(error: unknown): boolean {
  return error instanceof AppError;
}

function waitFor(seconds: number | undefined): string[] {
  if (seconds === undefined) return [];
  return [
    seconds < 60
      ? `Try again in ${countOf(Math.max(1, seconds), 'second')}.`
      : `Try again in ${countOf(Math.ceil(seconds / 60), 'minute')}.`,
  ];
}
