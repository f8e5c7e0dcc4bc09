import { type Field, structuredIdentifiers } from '@practice-exchange/anonymisation';
import { errorCode, type Logger } from '@practice-exchange/platform';
import { learningProseSchema, type OpenedPublication } from '@practice-exchange/protocol';
import type { Mark, Suspicion } from './decide.ts';

/** What looks for identifiers in texts; the detectors of formats and check digits unless a test puts another in their place. */
export type Detector = typeof structuredIdentifiers;

/**
 * The second guard: the hub runs the format and check-digit layers again over every text that arrives. The first one is
 * the node's; neither relies on the other. A finding makes the publication wait for a person, and so does a detector that fails.
 * Gives null when nothing was found.
 */
export function suspectIdentifiers(
  { envelope, body }: Pick<OpenedPublication, 'envelope' | 'body'>,
  log: Logger,
  detect: Detector = structuredIdentifiers,
): Suspicion | null {
  const fields = textsOf(envelope.op, body);
  if (fields.length === 0) return null;
  try {
    const marks: Mark[] = detect(fields)
      .filter(({ severity }) => severity !== 'warn')
      .map(({ kind, field, start, end }) => ({ kind, field, start, end }));
    return marks.length === 0 ? null : { reason: 'identifier-suspected', marks };
  } catch (error) {
    log.error({ code: errorCode(error), epoch: envelope.epoch, seq: envelope.seq }, 'the second guard failed');
    return { reason: 'identifier-suspected', marks: [] };
  }
}

/** Every text of a body that a person wrote, with its path; codes and numbers are left out. */
export function textsOf(op: OpenedPublication['op'], body: OpenedPublication['body']): Field[] {
  if (body === null) return [];
  if (op === 'publish' || op === 'revise') return stringsIn(learningProseSchema.parse(body), '');
  return op === 'statement' ? stringsIn(body, '').filter(({ path }) => path !== 'lastConfirmed') : [];
}

function stringsIn(value: unknown, path: string): Field[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringsIn(inner, path === '' ? key : `${path}.${key}`));
}
