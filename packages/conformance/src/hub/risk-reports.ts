import { randomUUID } from 'node:crypto';
import { hubPaths, protocolLimits, riskReportAnswerPath } from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { realPublication } from './joining.ts';
import { mustBeRefused } from './raw-client.ts';
import { publish, reader, type Subject } from './subject.ts';

/** Looks at what one authority can see of risk reports: what of them is refused, and that nothing is told of others'. */
export async function checkRiskReports(subject: Subject): Promise<void> {
  const { client, raw, recorder } = subject;
  const report = (record: string, changes: object = {}) => ({
    ...{ id: randomUUID(), record, how: 'other', says: 'The conformance suite looks at this address.' },
    ...changes,
  });
  const record = randomUUID();
  await publish(subject, realPublication(subject, record));
  await recorder.check('RSK-1', 'refuses a report that is made for a person, or is too long', async () => {
    const tooLong = report(record, { says: 'x'.repeat(protocolLimits.riskReportCharacters + 1) });
    mustBeRefused(await raw.post(hubPaths.riskReports, report(record), { person: reader }), 'request-invalid');
    mustBeRefused(await raw.post(hubPaths.riskReports, tooLong), 'request-invalid');
  });
  await recorder.check('RSK-3', 'refuses a report of an own record, and of one that there is not', async () => {
    mustBeRefused(await raw.post(hubPaths.riskReports, report(record)), 'own-record');
    mustBeRefused(await raw.post(hubPaths.riskReports, report(randomUUID())), 'not-found');
  });
  await recorder.check('RSK-6', 'tells of no report where there is none', async () => {
    const { reports, next } = await client.riskReports();
    must(reports.length === 0 && next === null, `it tells of ${reports.length}`);
  });
  await recorder.check('RSK-8', 'answers as not found what is answered of a report that there is not', async () => {
    mustBeRefused(await raw.post(riskReportAnswerPath(randomUUID()), { says: 'It stays.' }), 'not-found');
  });
  await publish(subject, { op: 'withdraw', record, revision: 2 });
}
