import { checkQuery, type QueryFinding } from '@practice-exchange/anonymisation';
import { AppError } from '@practice-exchange/platform';
import { wordsWithoutMarks } from './words-without-marks.ts';

/** A piece of a query; of one that is marked, `meant` is the word of the vocabulary that may have been meant. */
type Segment = { text: string; mark: boolean; meant?: string | undefined };

/** A query that was stopped at the node: what it seems to hold and where, and the words without it. */
export class QueryStopped extends AppError {
  readonly reasons: readonly string[];
  /** The words as typed, what stopped them marked. */
  readonly segments: readonly Segment[];
  /** The words without what stopped them, nor what leads to nothing then; empty when nothing is left. */
  readonly without: string;
  /** The words with what stopped them put right, where all of it may be a word of the vocabulary mistyped; otherwise empty. */
  readonly putRight: string;
  /** Nothing but what looks like a name stopped it: the person who typed it may know better and reword it. */
  readonly isNameOnly: boolean;

  constructor(words: string, findings: readonly QueryFinding[]) {
    super({
      code: 'query-identifies',
      status: 422,
      title: 'Your search was not sent',
      message: 'It seems to hold something that identifies a person. Nothing has left this service.',
      errors: findings.map(({ start, end, why }) => ({
        field: 'q',
        message: `Characters ${start + 1} to ${end}: ${why}`,
      })),
    });
    this.reasons = [...new Set(findings.map(({ why }) => why))];
    this.segments = segmentsOf(words, findings);
    this.without = wordsWithoutMarks(this.segments);
    this.putRight = wordsPutRight(this.segments);
    this.isNameOnly = findings.every(({ is }) => is === 'name');
  }
}

/** Refuses words that would identify somebody, before they leave the node. Throws `QueryStopped`; a check that fails stops them too. */
export function assertIdentifiesNobody(words: string): void {
  const findings = findingsIn(words);
  if (findings.length > 0) throw new QueryStopped(words, findings);
}

function findingsIn(words: string): QueryFinding[] {
  try {
    return checkQuery(words);
  } catch {
    // What the check could not read is not sent: the error itself may hold the words, and goes nowhere.
    const why = 'These words could not be checked, so they were not sent.';
    return [{ start: 0, end: words.length, is: 'identifier', why }];
  }
}

function wordsPutRight(segments: readonly Segment[]): string {
  if (segments.some(({ mark, meant }) => mark && meant === undefined)) return '';
  const right = segments.map(({ text, meant }) => meant ?? text).join('');
  return findingsIn(right).length > 0 ? '' : right;
}

function segmentsOf(words: string, findings: readonly QueryFinding[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end, meant } of findings) {
    if (start > at) segments.push({ text: words.slice(at, start), mark: false });
    segments.push({ text: words.slice(start, end), mark: true, meant });
    at = end;
  }
  if (at < words.length) segments.push({ text: words.slice(at), mark: false });
  return segments;
}
