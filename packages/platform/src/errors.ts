/** One mistake in what was sent: where it is (`title`, `codes.themes.0`) and what is wrong with it. */
export type FieldError = { field: string; message: string };

export type AppErrorOptions = {
  /** Stable, kebab-case; programs and tests rely on it. */
  code: string;
  /** HTTP status, 400 to 599. */
  status: number;
  /** Short and the same for every occurrence of the code. */
  title: string;
  /** What happened this time and what to do, in one or two sentences for a person. Shown to callers below 500. */
  message: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  cause?: unknown;
};

/** An error that says which failure it is by a stable code, and how it is answered over HTTP. */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.title = options.title;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The code by which an error may be logged: its own `code`, else its class. Never its message, which may hold input. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
    return error.name;
  }
  return typeof error;
}
