import { checkAnonymity, type Field, type Finding, guardVersion } from '@practice-exchange/anonymisation';
import { errorCode, type Logger } from '@practice-exchange/platform';
import type { LearningRecord } from '@practice-exchange/protocol';

/** What the guard says of an edition. When it could not finish, it blocks. */
export type GuardVerdict = { version: string; findings: readonly Finding[]; blocked: boolean; failed: boolean };

/** Every field of a record whose words will be read, named as the guard's findings name them. */
export function fieldsOf(record: LearningRecord): Field[] {
  return [
    { path: 'title', text: record.title },
    { path: 'summary', text: record.summary },
    { path: 'situation', text: record.situation },
    { path: 'response', text: record.response },
    { path: 'whatHappened', text: record.whatHappened },
    { path: 'whatWorked', text: record.whatWorked },
    { path: 'whatDidNot', text: record.whatDidNot },
    ...record.learningPoints.map((text, index) => ({ path: `learningPoints.${index}`, text })),
    { path: 'nextTime', text: record.nextTime },
  ];
}

/** Checks a record. A guard that throws counts as a guard that blocked. */
export function guard(record: LearningRecord, log: Logger, check = checkAnonymity): GuardVerdict {
  try {
    const { findings } = check({ fields: fieldsOf(record) });
    return {
      version: guardVersion,
      findings,
      blocked: findings.some((finding) => finding.severity === 'block'),
      failed: false,
    };
  } catch (error) {
    log.error({ code: errorCode(error) }, 'the anonymisation guard failed and blocks');
    return { version: guardVersion, findings: [], blocked: true, failed: true };
  }
}
