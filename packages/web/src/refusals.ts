import { AppError } from '@practice-exchange/platform';

/** Nobody is signed in: 401. */
export function notSignedIn(): AppError {
  return new AppError({
    code: 'not-signed-in',
    status: 401,
    title: 'Not signed in',
    message: 'Sign in and try again.',
  });
}

/** The person, or the request, may not do this: 403. The message says why, to people. */
export function notAllowed(message: string): AppError {
  return new AppError({ code: 'not-allowed', status: 403, title: 'Not allowed', message });
}

/** An API request with a session that a plain form could have sent: 415. */
export function jsonOnly(): AppError {
  return new AppError({
    code: 'unsupported-media-type',
    status: 415,
    title: 'Unsupported media type',
    message: 'Send JSON with the content type application/json.',
  });
}

/** Too many requests of a kind: 429, with the wait in seconds. */
export function tooMany(retryAfterSeconds: number): AppError {
  return new AppError({
    code: 'rate-limited',
    status: 429,
    title: 'Too many requests',
    message: 'You have sent too many requests in a short time.',
    retryAfterSeconds,
  });
}

/** Coming back from sign-in with something missing, stale or made up: 400. */
export function signInNotCompleted(): AppError {
  return new AppError({
    code: 'sign-in-not-completed',
    status: 400,
    title: 'Sign-in was not completed',
    message: 'Signing in was not completed. Start again.',
  });
}
