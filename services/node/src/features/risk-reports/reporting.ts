import { AppError } from '@practice-exchange/platform';
import { idSchema, type RiskKind } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { assertIdentifiesNobody } from '../searching/query-guard.ts';
import * as store from './store.ts';

type Context = Pick<NodeContext, 'database' | 'jobs'>;

/** Who reads what is reported of our own records, and answers. */
export const answersForOurs = (person: Person) => person.roles.includes('lead');

/**
 * Keeps a report that somebody here makes, and has it sent. Of a record of our own it goes no further than our leads.
 * Throws `QueryStopped` for words that may identify somebody; nothing is kept then. The same report again changes nothing.
 */
export async function reportRisk(
  context: Context,
  person: Person,
  report: { id: string; record: string; how: RiskKind; says: string },
): Promise<void> {
  assertIdentifiesNobody(report.says);
  await context.database.transaction(async (tx) => {
    const side = (await store.isOurs(tx, report.record)) ? 'own' : 'made';
    if (!(await store.insertMade(tx, { ...report, side, madeBy: person.id }))) return;
    await audit(tx, {
      person: person.id,
      action: 'risk-reported',
      subjectType: 'risk-report',
      subject: report.id,
      detail: { record: report.record },
    });
    if (side === 'made') tx.onCommit(() => void context.jobs.wake('send-risk-reports'));
  });
}

/** Whether somebody may read what a report says: who made it, and a lead. */
export function mayRead(report: Pick<store.FoundReport, 'made_by'>, person: Person): boolean {
  return answersForOurs(person) || report.made_by === person.id;
}

/** A report for somebody who may read it. Throws `report-unknown` (404) for everybody else. */
export async function readReport(context: Context, person: Person, id: string): Promise<store.FoundReport> {
  const report = idSchema.safeParse(id).success ? await store.findReport(context.database, id) : undefined;
  if (!report || !mayRead(report, person)) throw reportUnknown();
  return report;
}

/**
 * Answers that a record of ours stays as it is, and why; who reported it reads that. Throws `QueryStopped`, `report-unknown` (404) and
 * `report-settled` (409); nothing changes then.
 */
export async function answerReport(
  context: Context,
  person: Person,
  { id, says }: { id: string; says: string },
): Promise<void> {
  assertIdentifiesNobody(says);
  await context.database.transaction(async (tx) => {
    const report = await store.lockOfOurs(tx, id);
    if (!report || !answersForOurs(person)) throw reportUnknown();
    if (report.state !== 'open' || report.acted === 'withdrawn') {
      throw new AppError({
        code: 'report-settled',
        status: 409,
        title: 'This report was settled before',
        message: 'Somebody has answered it, or the record was changed or taken back. Nothing was changed now.',
      });
    }
    await store.keepAnswer(tx, report, says, person.id);
    await audit(tx, { person: person.id, action: 'risk-answered', subjectType: 'risk-report', subject: id });
    if (report.side === 'received') tx.onCommit(() => void context.jobs.wake('send-risk-reports'));
  });
}

function reportUnknown(): AppError {
  return new AppError({
    code: 'report-unknown',
    status: 404,
    title: 'Not found',
    message:
      'There is no such report, or it is not yours to read. Reports are forgotten thirty days after they were settled.',
  });
}
