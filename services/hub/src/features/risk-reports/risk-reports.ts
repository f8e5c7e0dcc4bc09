import { structuredIdentifiers } from '@practice-exchange/anonymisation';
import type { Database } from '@practice-exchange/platform';
import {
  ProtocolError,
  protocolLimits,
  type RiskReport,
  type RiskReportRequest,
  type RiskReportsResponse,
  type Viewer,
} from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import { lockMember } from '../ingest/store.ts';
import { whyNotThere } from '../learning/learning.ts';
import { findVisible, findWithdrawn } from '../learning/store.ts';
import { TryLater } from '../limits/try-later.ts';
import type { ActiveMember } from '../members/store.ts';
import * as store from './store.ts';
import { isOverdue } from './waiting.ts';

type Context = Pick<HubContext, 'database'>;
type Member = Pick<ActiveMember, 'node' | 'authority' | 'region' | 'state' | 'isServed'>;

const atATime = 50;
const comeBackAfterSeconds = 600;

/**
 * Takes a report that somebody could be recognised in a record of another authority. The same report again changes nothing.
 * Throws `not-found` or `gone` as reading the record does, `own-record`, `report-changed`, `report-identifies`, and
 * `too-many-requests` while too many reports of the authority wait.
 */
export async function takeRiskReport(
  { database }: Context,
  member: Member,
  report: RiskReportRequest,
): Promise<RiskReport> {
  const { node, authority, region } = member;
  const viewer = { authority, region };
  await database.transaction(async (tx) => {
    await lockMember(tx, node);
    const before = await store.findReport(tx, report.id);
    if (before) return assertSame(before, node, report);
    const visible = (await findVisible(tx, [report.record], viewer)).has(report.record);
    const served = visible ? await store.holdServed(tx, report.record) : undefined;
    if (!served) throw await whyNotThere(tx, report.record, viewer);
    if (served.authority === authority) throw new ProtocolError('own-record');
    assertIdentifiesNobody(report.says);
    if ((await store.countOpen(tx, authority)) >= protocolLimits.riskReportsOpen) {
      throw new TryLater('too-many-requests', comeBackAfterSeconds);
    }
    await store.insertReport(tx, { ...report, node, authority, revision: served.revision });
    await noteInAudit(tx, node, 'risk-reported', report.id, report.record);
  });
  const taken = await store.findReport(database, report.id);
  if (!taken) throw new ProtocolError('not-found');
  return toReporter(database, viewer, taken);
}

/** A report keeps its id for good; once its words are destroyed there is nothing to compare with. */
function assertSame(before: store.FoundReport, node: string, { record, how, says }: RiskReportRequest): void {
  const isSame = before.says === null || (before.says === says && before.how === how);
  if (before.node !== node || before.record !== record || !isSame) throw new ProtocolError('report-changed');
}

/**
 * The reports that are a node's to know: those that its authority made, unless it may not read now, and those of its own
 * records, which are told from then on.
 */
export async function riskReportsFor(
  { database }: Context,
  member: Member,
  after: string | undefined,
): Promise<RiskReportsResponse> {
  const { node, authority, region } = member;
  const mayRead = member.isServed && member.state !== 'suspended';
  const found = await store.reportsAfter(database, { authority: mayRead ? authority : null, node }, after, atATime);
  // One by one: what settles the reports of a record locks several of them, and neither must wait for the other.
  for (const { id, owner, state, told_at: toldAt } of found) {
    if (owner === node && state === 'open' && toldAt === null) await store.markTold(database, id);
  }
  const reports: RiskReport[] = [];
  for (const report of found) {
    reports.push(report.owner === node ? toOwner(report) : await toReporter(database, { authority, region }, report));
  }
  return { reports, next: found.length < atATime ? null : (found.at(-1)?.id ?? null) };
}

/**
 * Takes the owner's answer that a record stays as it is, and why. The same answer again changes nothing. Throws `not-found` for a
 * report of somebody else's record, `report-settled` and `report-identifies`.
 */
export async function answerRiskReport(
  { database }: Context,
  { node }: Pick<Member, 'node'>,
  { id, says }: { id: string; says: string },
): Promise<RiskReport> {
  await database.transaction(async (tx) => {
    const report = await store.lockReceived(tx, id, node);
    if (!report) throw new ProtocolError('not-found');
    if (report.state === 'kept' && report.answer === says) return;
    if (report.state !== 'open') throw new ProtocolError('report-settled');
    assertIdentifiesNobody(says);
    await store.keepRecord(tx, id, says);
    await noteInAudit(tx, node, 'risk-answered', id, report.record);
  });
  const answered = await store.findReport(database, id);
  if (!answered) throw new ProtocolError('not-found');
  return toOwner(answered);
}

/** Says in the log, where a person is called by it, which reports have had no answer within a working day. */
export async function warnOfRiskReports(
  { database, log }: Pick<HubContext, 'database' | 'log'>,
  now = new Date(),
): Promise<void> {
  const overdue = (await store.openReports(database)).filter(({ made_at: madeAt }) => isOverdue(madeAt, now));
  if (overdue.length === 0) return;
  log.error({ reports: overdue.map(({ id }) => id) }, 'risk reports have had no answer for a working day');
}

/** The second guard: the node has looked already, and neither relies on the other. One that fails takes nothing. */
function assertIdentifiesNobody(says: string): void {
  const found = structuredIdentifiers([{ path: 'says', text: says }]);
  if (found.some(({ severity }) => severity !== 'warn')) throw new ProtocolError('report-identifies');
}

async function noteInAudit(
  tx: Database<HubSchema>,
  node: string,
  action: string,
  report: string,
  record: string,
): Promise<void> {
  await audit(tx, { person: null, node, action, subjectType: 'risk-report', subject: report, detail: { record } });
}

function toOwner(report: store.FoundReport): RiskReport {
  return told(report, 'received', { authority: report.authority, name: report.authority_name });
}

/** A report as its authority reads it: of a record that is not for it any more, only that the report is closed. */
async function toReporter(
  database: Database<HubSchema>,
  viewer: Viewer,
  report: store.FoundReport,
): Promise<RiskReport> {
  const { id, record } = report;
  const knows =
    (await findVisible(database, [record], viewer)).has(record) ||
    (await findWithdrawn(database, record, viewer)) !== undefined;
  if (knows) return told(report, 'made', null);
  const nothing = { record: null, revision: null, how: null, says: null, by: null, settledAt: null, answer: null };
  return { id, side: 'made', state: 'closed', at: report.made_at.toISOString(), ...nothing };
}

function told(report: store.FoundReport, side: RiskReport['side'], by: RiskReport['by']): RiskReport {
  const { id, state, record, revision, how, says, answer } = report;
  return {
    ...{ id, side, state, record, revision, how, says, by, answer },
    at: report.made_at.toISOString(),
    settledAt: report.settled_at?.toISOString() ?? null,
  };
}
