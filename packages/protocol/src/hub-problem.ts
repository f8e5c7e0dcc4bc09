import type { Problem } from './problem.ts';

/**
 * The hub said no, or could not be understood. `code` is the protocol's code; `unreachable` when there was no answer
 * (no connection, or time ran out), `unexpected-answer` when it was not one of this protocol. `retryAfterSeconds` is
 * the hub's Retry-After; honouring it is the caller's part.
 */
export class HubProblem extends Error {
  override readonly name = 'HubProblem';
  readonly code: string;
  /** The HTTP status, or 0 when there was no answer. */
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly problem: Problem | undefined;

  constructor(
    code: string,
    status: number,
    options: { problem?: Problem | undefined; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(`${code} (${status})`, { cause: options.cause });
    this.code = code;
    this.status = status;
    this.problem = options.problem;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
