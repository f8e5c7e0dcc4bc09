import { AppError, newId } from '@practice-exchange/platform';
import { idSchema, protocolLimits, type RiskKind, referenceOf, riskKinds } from '@practice-exchange/protocol';
import { type FormError, type FormValues, formError, type Person, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { readLearning } from '../learning/learning.ts';
import { withdrawnPage } from '../learning/withdrawn-page.ts';
import { NetworkAway } from '../searching/network-away.ts';
import { showWhenClosed } from '../searching/network-closed.ts';
import { QueryStopped } from '../searching/query-guard.ts';
import { answerReport, answersForOurs, readReport, reportRisk } from './reporting.ts';
import { shown } from './shown.ts';
import { isOurs, reportsMadeHere, reportsOfOurs } from './store.ts';

const signedIn = { config: { access: 'signed-in' } } as const;
const leads = { config: { access: { roles: ['lead'] } } } as const;
const isId = (id: unknown): id is string => idSchema.safeParse(id).success;

const kinds = Object.keys(riskKinds) as [RiskKind, ...RiskKind[]];
const words = (what: string) =>
  z
    .string(what)
    .trim()
    .min(1, what)
    .max(
      protocolLimits.riskReportCharacters,
      `Use at most ${protocolLimits.riskReportCharacters.toLocaleString('en-GB')} characters`,
    );
const reportForm = z.object({
  how: z.enum(kinds, 'Choose by what somebody could be recognised'),
  says: words('Enter where in the record, and why'),
});
const answerForm = z.object({ says: words('Say why it stays as it is') });

type IdParams = { Params: { id: string } };
type Problem = { errors: readonly FormError[]; values: FormValues; stopped?: QueryStopped };

/** Saying that somebody could be recognised in a record, and what becomes of that: for who said it, and for the leads of whose it is. */
export async function riskReportPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  showWhenClosed(app, context);

  app.get<IdParams>(paths.reportRisk, signedIn, async (request, reply) => {
    const { id } = request.params;
    if (!isId(id)) return reply.callNotFound();
    const about = await recordToReport(context, personOf(request), id);
    return 'withdrawn' in about ? nothingToReport(reply, id, about.withdrawn) : ask(reply, id, about);
  });

  app.post<IdParams & { Body: { id?: unknown } | undefined }>(paths.reportRisk, signedIn, async (request, reply) => {
    const { id: record } = request.params;
    if (!isId(record)) return reply.callNotFound();
    const person = personOf(request);
    const about = await recordToReport(context, person, record);
    if ('withdrawn' in about) return nothingToReport(reply, record, about.withdrawn);
    const form = readForm(reportForm, request.body);
    if (!form.ok) return ask(reply, record, about, form);
    // The form's own id: pressing the button twice makes one report.
    const given = request.body?.id;
    const id = isId(given) ? given : newId();
    try {
      await reportRisk(context, person, { id, record, ...form.value });
    } catch (error) {
      if (!(error instanceof QueryStopped)) throw error;
      return ask(reply, record, about, stoppedForm(error, form.values));
    }
    return reply.redirect(pathTo(paths.riskReport, id), 303);
  });

  app.get(paths.riskReports, signedIn, async (request, reply) => {
    const person = personOf(request);
    const isLead = answersForOurs(person);
    const [ofOurs, made] = await Promise.all([
      isLead ? reportsOfOurs(context.database) : [],
      reportsMadeHere(context.database, isLead ? null : person),
    ]);
    return reply.page('risk-reports/views/risk-reports.njk', {
      title: 'Reports that someone could be recognised',
      isLead,
      ofOurs: ofOurs.map((report) => shown(report, person)),
      made: made.filter(({ side }) => !isLead || side === 'made').map((report) => shown(report, person)),
    });
  });

  app.get<IdParams>(paths.riskReport, signedIn, async (request, reply) => {
    const person = personOf(request);
    const report = shown(await readReport(context, person, request.params.id), person);
    return showReport(reply, report);
  });

  app.post<IdParams>(paths.riskAnswer, leads, async (request, reply) => {
    const person = personOf(request);
    const report = shown(await readReport(context, person, request.params.id), person);
    const form = readForm(answerForm, request.body);
    if (!form.ok) return showReport(reply, report, form);
    try {
      await answerReport(context, person, { id: report.id, says: form.value.says });
    } catch (error) {
      if (!(error instanceof QueryStopped)) throw error;
      return showReport(reply, report, stoppedForm(error, form.values));
    }
    await reply.notify({
      kind: 'success',
      heading: 'Your answer is kept',
      text: report.isOwn ? 'Whoever reported it reads it here.' : 'It is sent to the authority that reported it.',
    });
    return reply.redirect(pathTo(paths.riskReport, report.id), 303);
  });
}

/** What a report would be about: what is known of the record here and now. Throws `not-found` and `NetworkClosed`. */
type About = { title: string | null; isOurs: boolean; isAway: boolean };

async function recordToReport(
  context: NodeContext,
  person: Person,
  id: string,
): Promise<About | { withdrawn: AppError }> {
  const ours = await isOurs(context.database, id);
  try {
    const { record } = await readLearning(context, person, id);
    return { title: record.title, isOurs: ours, isAway: false };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'gone') return { withdrawn: error };
    // While the hub cannot be asked a report is kept all the same: it says itself later if there is no such record.
    if (ours || error instanceof NetworkAway) return { title: null, isOurs: ours, isAway: !ours };
    throw error;
  }
}

function nothingToReport(reply: FastifyReply, record: string, gone: AppError): Promise<FastifyReply> {
  return withdrawnPage(reply, gone, `Nothing to report: learning record ${referenceOf(record)} has been withdrawn`);
}

function ask(reply: FastifyReply, record: string, about: About, problem?: Problem): Promise<FastifyReply> {
  return reply.page(
    'risk-reports/views/report.njk',
    {
      title: 'Report that someone could be recognised',
      record,
      recordTitle: about.title,
      isOurs: about.isOurs,
      isAway: about.isAway,
      id: problem?.values.id ?? newId(),
      kinds: kinds.map((value) => ({ value, text: riskKinds[value], hint: { text: kindHints[value] } })),
      limit: protocolLimits.riskReportCharacters,
      errors: problem?.errors ?? [],
      values: problem?.values ?? {},
      stopped: problem?.stopped,
    },
    { status: problem ? (problem.stopped ? 422 : 400) : 200 },
  );
}

const kindHints: Partial<Record<RiskKind, string>> = {
  'known-locally': 'Such as a place, an event or a job that only one family there has',
  'several-details': 'Each alone says little, and together they fit one child',
  'left-in': 'Such as a name, a school or a number',
};

function stoppedForm(stopped: QueryStopped, values: FormValues): Problem {
  return {
    errors: [formError('says', 'Take out what may identify a person: say where in the record it stands instead')],
    values,
    stopped,
  };
}

function showReport(reply: FastifyReply, report: ReturnType<typeof shown>, problem?: Problem): Promise<FastifyReply> {
  return reply.page(
    report.isForUs ? 'risk-reports/views/of-ours.njk' : 'risk-reports/views/made.njk',
    {
      title: report.heading,
      report,
      limit: protocolLimits.riskReportCharacters,
      errors: problem?.errors ?? [],
      values: problem?.values ?? {},
      stopped: problem?.stopped,
    },
    { status: problem ? (problem.stopped ? 422 : 400) : 200 },
  );
}
