import { AppError } from '@practice-exchange/platform';
import { idSchema, type RiskKind, riskKinds } from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import type { HubContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { audit } from '../audit/store.ts';
import { findOverseen, listReports, type OverseenReport } from './store.ts';
import { isOverdue, waitedInWords } from './waiting.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;

/** What an operator sees of risk reports: what waits and for how long, whose it is to act, and what became of the others. */
export async function riskReportPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(paths.riskReports, operators, async (_request, reply) => {
    const now = new Date();
    const reports = (await listReports(context.database)).map((report) => show(report, now));
    const open = reports.filter(({ state }) => state === 'open');
    return reply.page('risk-reports/views/risk-reports.njk', {
      title: 'Reports that someone could be recognised',
      open,
      overdue: open.filter((report) => report.overdue).length,
      settled: reports.filter(({ state }) => state !== 'open'),
    });
  });

  app.get<{ Params: { id: string } }>(paths.riskReport, operators, async (request, reply) => {
    const id = idSchema.safeParse(request.params.id);
    const report = id.success ? await findOverseen(context.database, id.data) : undefined;
    if (!report) throw reportUnknown();
    // The words of a report may point at somebody: who read them is on record.
    await context.database.transaction((tx) =>
      audit(tx, {
        person: request.person?.id ?? null,
        node: report.reporter,
        action: 'risk-report-read',
        subjectType: 'risk-report',
        subject: report.id,
      }),
    );
    return reply.page('risk-reports/views/risk-report.njk', {
      title: 'Someone could be recognised',
      report: show(report, new Date()),
    });
  });
}

function show(report: OverseenReport, now: Date) {
  const isOpen = report.state === 'open';
  return {
    id: report.id,
    href: pathTo(paths.riskReport, { id: report.id }),
    record: report.record,
    title: report.title,
    summary: report.summary,
    revision: report.revision,
    revisionNow: report.revision_now,
    state: report.state,
    madeAt: report.made_at,
    waited: isOpen ? waitedInWords(report.made_at, now) : null,
    overdue: isOpen && isOverdue(report.made_at, now),
    owner: {
      name: report.owner_name,
      href: pathTo(paths.member, { node: report.owner }),
      state: report.owner_state,
      heardAt: report.owner_heard_at,
    },
    reporter: { name: report.authority_name, href: pathTo(paths.member, { node: report.reporter }) },
    toldAt: report.told_at,
    how: report.how === null ? null : riskKinds[report.how as RiskKind],
    says: report.says,
    answer: report.answer,
    settledAt: report.settled_at,
  };
}

function reportUnknown(): AppError {
  return new AppError({
    code: 'report-unknown',
    status: 404,
    title: 'Not found',
    message: 'There is no such report. Reports are forgotten thirty days after they were settled.',
  });
}
