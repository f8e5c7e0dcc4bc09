import { AppError } from '@practice-exchange/platform';

/** A demo file that a person edited and that does not fit: which one, and what is wrong with it. */
export function demoFileInvalid(file: string, fault: string): AppError {
  return new AppError({
    code: 'demo-file-invalid',
    status: 500,
    title: 'A demo file is not valid',
    message: `The demo file ${file} is not valid: ${fault}`,
  });
}
