import { AppError } from '@practice-exchange/platform';

/** Somebody else was quicker: what they saved stays. */
export function changedMeanwhile(): AppError {
  return new AppError({
    code: 'return-changed',
    status: 409,
    title: 'The return has changed',
    message: 'Somebody changed this return since you opened it. Look at it again; what they entered is kept.',
  });
}
