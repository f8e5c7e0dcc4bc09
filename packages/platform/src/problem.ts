import { z } from 'zod';
import { AppError, type FieldError } from './errors.ts';

/** RFC 9457 problem details, with a stable `code` and, for bad input, one entry per mistake. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance?: string;
  errors?: FieldError[];
};

export const problemMediaType = 'application/problem+json';

export type ProblemAnswer = { problem: Problem; retryAfterSeconds: number | undefined };

type Wording = { code: string; title: string; detail: string };

const wordings: Record<number, Wording> = {
  400: { code: 'bad-request', title: 'The request is not valid', detail: 'The request could not be understood.' },
  401: { code: 'not-signed-in', title: 'Not signed in', detail: 'Sign in, or send a valid token, and try again.' },
  403: { code: 'not-allowed', title: 'Not allowed', detail: 'You may not do this.' },
  404: { code: 'not-found', title: 'Not found', detail: 'There is nothing at this address.' },
  405: { code: 'method-not-allowed', title: 'Method not allowed', detail: 'This address does not take this method.' },
  406: { code: 'not-acceptable', title: 'Not acceptable', detail: 'The answer cannot be given in the form asked for.' },
  408: { code: 'request-timeout', title: 'The request took too long', detail: 'The request did not arrive in time.' },
  409: { code: 'conflict', title: 'Conflict', detail: 'The request conflicts with what is already recorded.' },
  410: { code: 'gone', title: 'Gone', detail: 'This is no longer available.' },
  413: { code: 'body-too-large', title: 'The body is too large', detail: 'Send a smaller body.' },
  414: { code: 'address-too-long', title: 'The address is too long', detail: 'Send a shorter address.' },
  415: {
    code: 'unsupported-media-type',
    title: 'Unsupported media type',
    detail: 'Send the body in a content type that this address takes.',
  },
  422: {
    code: 'not-processable',
    title: 'Not processable',
    detail: 'The request was understood but cannot be carried out.',
  },
  429: { code: 'rate-limited', title: 'Too many requests', detail: 'Wait before sending more.' },
  431: { code: 'headers-too-large', title: 'The headers are too large', detail: 'Send smaller headers.' },
  500: {
    code: 'internal-error',
    title: 'Something went wrong',
    detail: 'The fault is on our side and has been recorded.',
  },
  503: {
    code: 'unavailable',
    title: 'Temporarily unavailable',
    detail: 'The service, or a part that it needs, is busy or down. Try again later.',
  },
};

const badRequest: Wording = wordings[400] ?? { code: 'bad-request', title: 'Bad request', detail: '' };
const internal: Wording = wordings[500] ?? { code: 'internal-error', title: 'Something went wrong', detail: '' };

/**
 * The answer to any error: an RFC 9457 document for its status. What an `AppError` says is passed on below 500; at 500
 * and above only its code, title and a general sentence are, as the rest may describe our insides. Zod and Fastify
 * validation errors become 400 with one entry per mistake; other errors that carry a 4xx status keep it, worded by us
 * because libraries quote the input; everything else is 500.
 */
export function problemAnswer(error: unknown, options: { instance?: string } = {}): ProblemAnswer {
  const found = wordingOf(error);
  const problem: Problem = {
    type: `urn:practice-exchange:problem:${found.code}`,
    title: found.title,
    status: found.status,
    detail: found.detail,
    code: found.code,
  };
  if (options.instance !== undefined) problem.instance = options.instance;
  if (found.errors && found.errors.length > 0) problem.errors = found.errors;
  return { problem, retryAfterSeconds: error instanceof AppError ? error.retryAfterSeconds : undefined };
}

/** The document of {@link problemAnswer} alone. */
export function problemFor(error: unknown, options: { instance?: string } = {}): Problem {
  return problemAnswer(error, options).problem;
}

function wordingOf(error: unknown): Wording & { status: number; errors?: FieldError[] | undefined } {
  if (error instanceof AppError) {
    if (error.status >= 500) {
      const { detail } = wordings[error.status] ?? internal;
      return { code: error.code, title: error.title, status: error.status, detail };
    }
    return { code: error.code, title: error.title, status: error.status, detail: error.message, errors: error.errors };
  }
  const errors = validationErrors(error);
  if (errors) {
    return { code: 'not-valid', title: 'The request is not valid', status: 400, detail: sentenceFor(errors), errors };
  }
  const status = clientStatus(error);
  if (status === undefined) return { ...internal, status: 500 };
  return { ...(wordings[status] ?? { ...badRequest, code: `http-${status}` }), status };
}

function sentenceFor(errors: FieldError[]): string {
  const [first] = errors;
  if (errors.length !== 1 || !first) return `${errors.length} things in the request are not valid.`;
  return first.field === '' ? `The request is not valid: ${first.message}.` : `${first.field}: ${first.message}.`;
}

function validationErrors(error: unknown): FieldError[] | undefined {
  if (error instanceof z.ZodError) {
    return error.issues.map((issue) => ({ field: issue.path.join('.'), message: withoutFullStop(issue.message) }));
  }
  if (!(error instanceof Error) || !('validation' in error) || !Array.isArray(error.validation)) return undefined;
  const entries: unknown[] = error.validation;
  return entries.map((entry) => {
    const { instancePath, message } = isRecord(entry) ? entry : {};
    return {
      field: typeof instancePath === 'string' ? instancePath.split('/').filter(Boolean).join('.') : '',
      message: typeof message === 'string' ? withoutFullStop(message) : 'is not valid',
    };
  });
}

function clientStatus(error: unknown): number | undefined {
  if (!isRecord(error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

function withoutFullStop(message: string): string {
  return message.replace(/\.$/, '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
