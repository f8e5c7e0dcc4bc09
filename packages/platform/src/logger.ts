import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { errorCode } from './errors.ts';

export type Logger = PinoLogger;

export type LoggerOptions = {
  /** The service, as shown in each line. */
  name: string;
  level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Standard output unless told. */
  destination?: DestinationStream;
};

// Keys whose value may be a secret, a person or somebody's words; removed at the top of a log entry and one level down.
const privateKeys = [
  'authorization',
  'body',
  'cookie',
  'cookies',
  'email',
  'headers',
  'password',
  'q',
  'query',
  'querystring',
  'secret',
  'token',
  'url',
];

/**
 * A logger of ids and codes: one JSON object per line. Of a request it shows method and route pattern, of a response the
 * status, of an error its code and where it was thrown. An error's message is never logged, as it may quote what was sent.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: privateKeys.flatMap((key) => [key, `*.${key}`]), remove: true },
      serializers: { req: requestEntry, res: responseEntry, err: errorEntry },
      hooks: {
        // Given an error and no words, pino would take the error's message for the line's.
        logMethod(args, method) {
          const [subject, message] = args as unknown[];
          const error = subject instanceof Error ? subject : isRecord(subject) ? subject.err : undefined;
          if (error === undefined || typeof message === 'string') return method.apply(this, args);
          const entry = subject instanceof Error ? { err: subject } : subject;
          return method.apply(this, [entry, errorCode(error)] as unknown as typeof args);
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
}

function requestEntry(request: unknown): unknown {
  if (!isRecord(request)) return {};
  const route = isRecord(request.routeOptions) ? request.routeOptions.url : undefined;
  return { id: request.id, method: request.method, route };
}

function responseEntry(reply: unknown): unknown {
  return isRecord(reply) ? { status: reply.statusCode } : {};
}

function errorEntry(error: unknown): unknown {
  if (!(error instanceof Error)) return { code: errorCode(error) };
  const cause = error.cause === undefined ? undefined : errorEntry(error.cause);
  return {
    code: errorCode(error),
    type: error.name,
    stack: framesOf(error),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** The frames of a stack without its first lines, which repeat the message. */
function framesOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.map((line) => line.trim()).join('\n');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
