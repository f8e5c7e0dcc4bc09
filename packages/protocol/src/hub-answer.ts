import { HubProblem } from './hub-problem.ts';
import { problemSchema } from './problem.ts';

/** What an answer other than a 2xx says: its problem document, or that it was not one of this protocol. */
export function problemOf(response: Response, answer: unknown): HubProblem {
  const problem = problemSchema.safeParse(answer);
  const retryAfterSeconds = retryAfterOf(response);
  return problem.success
    ? new HubProblem(problem.data.code, response.status, { problem: problem.data, retryAfterSeconds })
    : new HubProblem('unexpected-answer', response.status, { retryAfterSeconds });
}

// RFC 9110 section 10.2.3: seconds, or a date.
function retryAfterOf(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  const from = Date.parse(response.headers.get('date') ?? '');
  return Number.isFinite(at) && Number.isFinite(from) ? Math.max(0, Math.ceil((at - from) / 1000)) : undefined;
}

/** The JSON of a text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
